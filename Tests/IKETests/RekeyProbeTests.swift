import IPsec
import Net
import Testing
import Wire

@testable import IKE

/// `rekey_probe`: the first rekeying, made early to see whether it works.
@Suite struct RekeyProbeTests {
    /// With what both ends say beside it, and a probe at one of them.
    private func up(
        _ globals: String = "", peer: String? = nil, probing host: Int = 0,
        policies: PolicySet = .tunnel
    ) throws -> RekeyRun {
        var setup = Pair.Setup(globalsA: globals, globalsB: peer ?? globals, policies: policies)
        if host == 0 { setup.ruleA = "rekey_probe yes" } else { setup.ruleB = "rekey_probe yes" }
        return try RekeyRun(setup, isSettled: false)
    }

    @Test func theFirstChildSAIsRekeyedOnceWithinTheFirstMinute() throws {
        let run = try up()
        let old = Set(run.pair.a.kernel.entries.keys)
        run.pair.simulation.run(for: .seconds(4))
        #expect(Set(run.pair.a.kernel.entries.keys) == old)
        run.pair.simulation.run(for: .seconds(56))
        #expect(old.isDisjoint(with: run.pair.a.kernel.entries.keys))
        #expect(run.messages == 4)
        run.expectAgreement()
        run.pair.simulation.run(for: .seconds(1200))
        #expect(run.messages == 4)
    }

    @Test func withoutTheWordNothingIsProbed() throws {
        let run = try RekeyRun(Pair.Setup(ruleA: "rekey_probe no"))
        run.pair.simulation.run(for: .seconds(600))
        #expect(run.messages == 0)
    }

    @Test func theEndThatDidNotBeginDoesNotProbe() throws {
        let run = try up(probing: 1)
        run.pair.simulation.run(for: .seconds(600))
        #expect(run.messages == 0)
    }

    @Test func wherePeersBothProbeOneDoes() throws {
        let run = try RekeyRun(
            Pair.Setup(ruleA: "rekey_probe yes", ruleB: "rekey_probe yes"), isSettled: false)
        run.pair.simulation.run(for: .seconds(60))
        #expect(run.messages == 4)
        run.expectAgreement()
    }

    @Test func furtherChildSAsAndNewIKESAsAreNotProbed() throws {
        let run = try up(policies: .two)
        run.pair.simulation.run(for: .seconds(60))
        let before = run.messages
        run.isBlackHoleAllowed = true
        run.pair.simulation.send(
            run.pair.flow("10.3.0.1", "10.4.0.1"), from: run.pair.a)
        run.rekeyIKE(run.pair.a)
        run.pair.simulation.run(for: .seconds(60))
        #expect(run.messages == before + 6)
        run.expectAgreement(children: 2...2)
    }

    @Test func anSAThatIsRekeyedSoonIsNotProbed() throws {
        let run = try up("childsa_lifetime_secs 66 childsa_softlife_secs 60")
        run.pair.simulation.run(for: .seconds(59))
        #expect(run.messages == 0)
    }

    @Test func aGroupThatDoesNotAgreeShowsAndTheSAStays() throws {
        let run = try up("childsa_pfs 31", peer: "childsa_pfs 19")
        let old = Set(run.pair.a.kernel.entries.keys)
        run.pair.simulation.run(for: .seconds(60))
        #expect(Set(run.pair.a.kernel.entries.keys) == old)
        let line = try #require(run.pair.a.log.last { $0.message.contains("rekey_probe") })
        #expect(line.severity == .warning)
        for word in [
            "cannot be rekeyed: the peer says NO_PROPOSAL_CHOSEN",
            "childsa_pfs has CURVE25519 here",
            "at the age of 25920 s fails like this", "interrupted at 28800 s",
            "until then the SA stays in use",
        ] {
            #expect(line.message.contains(word), "\(word): \(line.message)")
        }
        // Once is enough.
        let messages = run.messages
        run.pair.simulation.run(for: .seconds(1200))
        #expect(run.messages == messages)
        #expect(disagreement(run.pair.a, run.pair.b) == nil)
    }

    /// The policies of the peer shrink after the SA stands.
    @Test func narrowedSelectorsShow() throws {
        let run = try up()
        let narrow = FakeKernel()
        for policy in run.pair.b.kernel.policies {
            let isOutbound = policy.direction == .outbound
            let here = prefix("10.2.0.0/25")
            narrow.add(
                SecurityPolicy(
                    index: policy.index, direction: policy.direction,
                    selector: Selector(
                        source: isOutbound ? here : policy.selector.source,
                        destination: isOutbound ? policy.selector.destination : here),
                    action: policy.action))
        }
        run.pair.simulation.handle(
            .policies(SecurityPolicyDatabase(narrow.policies)), run.pair.b)
        run.pair.simulation.run(for: .seconds(60))
        let line = try #require(run.pair.a.log.last { $0.message.contains("rekey_probe") })
        #expect(line.message.contains("the peer narrows the selectors to"))
        #expect(line.message.contains("10.2.0.0/25"))
        #expect(line.message.contains("the traffic selectors now in use are"))
        #expect(disagreement(run.pair.a, run.pair.b) == nil)
        #expect(run.pair.a.kernel.entries.count == 2)
    }

    @Test func selectorsThatAreRefusedShow() throws {
        let run = try up()
        run.pair.simulation.handle(.policies(SecurityPolicyDatabase([])), run.pair.b)
        run.pair.simulation.run(for: .seconds(60))
        let line = try #require(run.pair.a.log.last { $0.message.contains("rekey_probe") })
        #expect(line.message.contains("the peer says TS_UNACCEPTABLE"))
        #expect(line.message.contains("the traffic selectors now in use are 10.1.0.0"))
        #expect(disagreement(run.pair.a, run.pair.b) == nil)
        #expect(run.pair.a.kernel.entries.count == 2)
    }

    /// The lifetime comes while a probe is out: what is refused then is asked for again.
    @Test func aProbeThatTheLifetimeOvertakesIsNoProbe() throws {
        let run = try up("childsa_pfs 31", peer: "childsa_pfs 19")
        let simulation = run.pair.simulation
        var isAged = false
        simulation.observer = {
            guard !isAged, case .createChild? = run.pair.a.establishedSAs.first?.session?.exchange
            else { return }
            isAged = true
            run.expireSoftly(run.pair.a)
        }
        simulation.run(for: .seconds(120))
        #expect(isAged)
        #expect(!run.pair.a.logText.contains("rekey_probe"))
        #expect(run.pair.a.logText.contains("is not rekeyed"))
        #expect(run.pair.a.log.filter { $0.message.contains("is not rekeyed") }.count > 2)
    }
}
