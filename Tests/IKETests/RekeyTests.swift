import IPsec
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// Rekeying when nothing gets in its way (RFC 7296 §2.8).
@Suite struct RekeyTests {
    @Test(arguments: [true, false])
    func aChildSAIsReplacedBeforeItGoes(byItsInitiator: Bool) throws {
        let run = try RekeyRun()
        let host = byItsInitiator ? run.pair.a : run.pair.b
        let old = Set(run.pair.a.kernel.entries.keys)
        run.expireSoftly(host)
        #expect(run.pair.settle())
        run.expectAgreement()
        #expect(old.isDisjoint(with: run.pair.a.kernel.entries.keys))
        #expect(run.pair.a.logText.contains("rekeyed"))
        #expect(run.pair.b.logText.contains("rekeyed"))
        // The request, its answer, the DELETE, its answer.
        #expect(run.messages == 4)
    }

    @Test func bothHalvesOfAChildSAAgeButItIsReplacedOnce() throws {
        let run = try RekeyRun()
        for entry in run.pair.a.kernel.entries.values {
            run.pair.simulation.handle(
                run.pair.a.kernel.expire(entry.id, isHard: false), run.pair.a)
        }
        #expect(run.pair.settle())
        run.expectAgreement()
        #expect(run.messages == 4)
    }

    @Test(arguments: ["childsa_pfs 31", "childsa_pfs 31, 19", "childsa_pfs 0"])
    func forwardSecrecyIsKept(pfs: String) throws {
        let run = try RekeyRun(Pair.Setup(globalsA: pfs, globalsB: pfs))
        run.expireSoftly(run.pair.a)
        #expect(run.pair.settle())
        run.expectAgreement()
    }

    @Test func theResponderChoosesTheGroup() throws {
        let run = try RekeyRun(
            Pair.Setup(globalsA: "childsa_pfs 31, 19", globalsB: "childsa_pfs 19"))
        run.expireSoftly(run.pair.a)
        #expect(run.pair.settle())
        run.expectAgreement()
        #expect(run.pair.a.logText.contains("the peer wants"))
    }

    @Test func aRekeyingThatIsRefusedLeavesTheSAStanding() throws {
        let run = try RekeyRun(
            Pair.Setup(globalsA: "childsa_pfs 31", globalsB: "childsa_pfs 19"))
        let old = Set(run.pair.a.kernel.entries.keys)
        run.expireSoftly(run.pair.a)
        run.pair.simulation.run(for: .milliseconds(500))
        #expect(Set(run.pair.a.kernel.entries.keys) == old)
        #expect(disagreement(run.pair.a, run.pair.b) == nil)
        #expect(run.pair.a.logText.contains("is not rekeyed"))
        // It is tried again, less and less often.
        run.pair.simulation.run(for: .seconds(600))
        let tries = run.pair.a.log.filter { $0.message.contains("is not rekeyed") }.count
        #expect((5...20).contains(tries))
    }

    @Test func transportModeIsKept() throws {
        let run = try RekeyRun(
            Pair.Setup(policies: .transport), between: ["10.9.0.1", "10.9.0.2"])
        run.expireSoftly(run.pair.b)
        #expect(run.pair.settle())
        run.expectAgreement()
        #expect(run.pair.a.kernel.entries.values.allSatisfy { $0.mode == .transport })
    }

    @Test(arguments: [true, false])
    func anIKESAIsReplacedAndItsChildrenStay(byItsInitiator: Bool) throws {
        let run = try RekeyRun()
        let host = byItsInitiator ? run.pair.a : run.pair.b
        let old = Set(run.pair.a.kernel.entries.keys)
        let oldSPI = try #require(run.pair.a.establishedSAs.first?.localSPI)
        run.rekeyIKE(host)
        #expect(run.pair.settle())
        run.expectAgreement()
        #expect(Set(run.pair.a.kernel.entries.keys) == old)
        #expect(run.pair.a.establishedSAs.first?.localSPI != oldSPI)
        #expect(run.messages == 4)
        // The new one works like the first: both ways, and again.
        for host in [run.pair.a, run.pair.b, run.pair.a] {
            run.expireSoftly(host)
            #expect(run.pair.settle())
            run.rekeyIKE(host)
            #expect(run.pair.settle())
            run.expectAgreement()
        }
    }

    /// One end may have the DELETE of the old IKE SA before the answer to its own request, and so
    /// never learn of the SA that the other has made for that. Nothing is lost with it.
    @Test func aRedundantIKESAThatThePeerNeverLearnedOfGoesWithoutAWarning() throws {
        var unknown = 0
        for number in 0..<8 {
            for nonces in [([1, 1], [2, 2]), ([2, 2], [1, 1])] as [([UInt8], [UInt8])] {
                let run = try RekeyRun()
                let (a, b) = (run.pair.a, run.pair.b)
                (a.nonceBeginnings, b.nonceBeginnings) = nonces
                run.pair.simulation.fate = { $0 == number ? .lost : .delivered }
                run.rekeyIKE(a)
                run.rekeyIKE(b)
                run.pair.simulation.run(for: .seconds(20))
                if a.holdings != b.holdings { unknown += 1 }
                run.pair.simulation.run(for: .seconds(130))
                run.expectAgreement()
                for host in [a, b] {
                    #expect(!host.log.contains { $0.severity == .warning }, "\(host.logText)")
                }
            }
        }
        // Else it did not come to that.
        #expect(unknown > 0)
    }

    @Test func anIKESAIsRekeyedBeforeItsLifetimePasses() throws {
        let run = try RekeyRun(
            Pair.Setup(globalsA: "ikesa_lifetime_secs 60", globalsB: "ikesa_lifetime_secs 3600"))
        let spi = try #require(run.pair.a.establishedSAs.first?.localSPI)
        run.pair.simulation.run(for: .seconds(50))
        #expect(run.pair.a.establishedSAs.first?.localSPI == spi)
        run.pair.simulation.run(for: .seconds(600))
        run.expectAgreement()
        let count = run.pair.a.log.filter { $0.message.contains("IKE SA rekeyed") }.count
        // 51 to 57 seconds each.
        #expect((11...12).contains(count))
        #expect(!run.pair.a.logText.contains("its lifetime has passed"))
    }

    @Test func changedAlgorithmsTakeEffectAtTheNextRekeying() throws {
        let run = try RekeyRun()
        let next = "{ encr_alg aes-gcm(128) prf_alg sha384 dh_group 19 }"
        for (host, here, there) in [
            (run.pair.a, "10.9.0.1", "10.9.0.2"), (run.pair.b, "10.9.0.2", "10.9.0.1"),
        ] {
            let text = Pair.rule(
                here, there, next, "childsa_xform { encr_alg chacha20-poly1305 }", "")
            run.pair.simulation.handle(
                .configuration(
                    try configuration(text),
                    try presharedKeys("{ label \"peer\" key \"correct horse\" }")), host)
        }
        run.rekeyIKE(run.pair.a)
        #expect(run.pair.settle())
        run.expireSoftly(run.pair.a)
        #expect(run.pair.settle())
        run.expectAgreement()
        let suite = run.pair.a.establishedSAs.first?.session?.keys.suite.id
        #expect(suite?.keyExchange == .ecp256 && suite?.keyBits == 128)
        #expect(
            run.pair.a.kernel.entries.values.allSatisfy {
                $0.suite.description.contains("CHACHA20")
            })
    }

    @Test func aPeerThatHasLostAChildSAGetsAnother() throws {
        let run = try RekeyRun()
        // b forgets without a word.
        let sa = try #require(run.pair.b.establishedSAs.first)
        let child = try #require(sa.children.first)
        run.pair.b.engine.drop(child, of: sa)
        run.pair.b.kernel.flush()
        run.isBlackHoleAllowed = true
        run.expireSoftly(run.pair.a)
        #expect(run.pair.settle())
        run.expectAgreement()
        #expect(run.pair.a.logText.contains("does not know the Child SA"))
    }

    @Test func aKernelThatRefusesANewSAKeepsTheOld() throws {
        for host in 0...1 {
            let run = try RekeyRun()
            let old = Set(run.pair.a.kernel.entries.keys)
            run.pair.simulation.hosts[host].kernel.refusals = ["No buffer space available"]
            run.expireSoftly(run.pair.a)
            run.pair.simulation.run(for: .milliseconds(500))
            #expect(Set(run.pair.a.kernel.entries.keys) == old)
            #expect(disagreement(run.pair.a, run.pair.b) == nil)
            // The next attempt succeeds.
            run.pair.simulation.run(for: .seconds(5))
            run.expectAgreement()
            #expect(old.isDisjoint(with: run.pair.a.kernel.entries.keys))
        }
    }
}
