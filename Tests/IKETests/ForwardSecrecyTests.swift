import IPsec
import Testing
import Wire

@testable import IKE

/// Child SAs with a key exchange of their own (RFC 7296 §1.3.1).
@Suite struct ForwardSecrecyTests {
    private func second(_ setup: Pair.Setup) throws -> Pair {
        var setup = setup
        setup.policies = .two
        let pair = try Pair(setup)
        pair.ping(from: pair.a)
        #expect(pair.settle())
        pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        return pair
    }

    @Test(arguments: ["14", "19", "31", "20 31"]) func bothEndsWantIt(groups: String) throws {
        let pair = try second(
            Pair.Setup(ruleA: "childsa_pfs \(groups)", ruleB: "childsa_pfs \(groups)"))
        #expect(pair.a.kernel.entries.count == 4)
        #expect(pair.simulation.sent.count == 6)
    }

    @Test func aRuleThatAsksForNoneGrantsItToAPeerThatInsists() throws {
        let pair = try second(Pair.Setup(ruleA: "childsa_pfs 31"))
        #expect(pair.a.kernel.entries.count == 4)
    }

    @Test func aRuleThatWantsItRefusesAPeerThatDoesNot() throws {
        let pair = try second(Pair.Setup(ruleB: "childsa_pfs 31"))
        #expect(pair.a.kernel.entries.count == 2)
        #expect(
            pair.b.logText.contains(
                "only in the group: offered no key exchange, childsa_pfs wants CURVE25519"))
        #expect(
            pair.a.logText.contains("no Child SA: the peer says NO_PROPOSAL_CHOSEN; we proposed"))
    }

    @Test func aGroupThatOnlyOneEndHasIsNamedAtBoth() throws {
        let pair = try second(Pair.Setup(ruleA: "childsa_pfs 14", ruleB: "childsa_pfs 31"))
        #expect(pair.a.kernel.entries.count == 2)
        #expect(
            pair.b.logText.contains(
                "only in the group: offered MODP_2048, childsa_pfs wants CURVE25519"))
        #expect(pair.a.logText.contains(", MODP_2048, ESN_YES"))
    }

    @Test func anotherGroupOfTheListIsTakenWhenThePeerAsksForIt() throws {
        let pair = try second(
            Pair.Setup(ruleA: "childsa_pfs 19 31", ruleB: "childsa_pfs 31"))
        #expect(pair.a.kernel.entries.count == 4)
        #expect(pair.a.logText.contains("the peer wants CURVE25519 for the Child SA"))
        // IKE_SA_INIT, IKE_AUTH, CREATE_CHILD_SA refused, CREATE_CHILD_SA granted.
        #expect(pair.simulation.sent.count == 8)
    }

    @Test func packetsForOtherPoliciesWaitWhileAKeyIsMade() throws {
        let pair = try Pair(
            Pair.Setup(
                ruleA: "childsa_pfs 31", ruleB: "childsa_pfs 31",
                policies: PolicySet { a, b in
                    PolicySet.two.install(a, b)
                    PolicySet.protect(
                        "10.5.0.0/24", "10.6.0.0/24",
                        Template(protocolID: .esp, mode: .tunnel, reqid: 3)
                    ).install(a, b)
                }))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
        pair.simulation.send(pair.flow("10.5.0.1", "10.6.0.1"), from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 6)
        #expect(pair.a.establishedSAs.count == 1)
    }

    @Test func itSurvivesABadNetwork() throws {
        for seed in 0..<100 as Range<UInt64> {
            let pair = try Pair(
                seed: seed, link: Simulation.Link(loss: 0.2, duplication: 0.2, delay: 1...300),
                Pair.Setup(
                    ruleA: "childsa_pfs 19 31", ruleB: "childsa_pfs 31", policies: .two))
            pair.ping(from: pair.a)
            pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
            pair.simulation.send(pair.flow("10.4.0.1", "10.3.0.1"), from: pair.b)
            let agreed = pair.simulation.run(for: .seconds(400)) {
                pair.simulation.isQuiet && disagreement(pair.a, pair.b) == nil
            }
            #expect(agreed, "seed \(seed)")
        }
    }
}
