import Net
import Policy
import Testing
import Wire

@testable import IKE

/// For each broken set-up, the log and `ikeadm explain` name the cause.
@Suite struct BrokenSetupTests {
    @Test(arguments: BrokenSetup.all) func theCauseIsNamed(setup: BrokenSetup) throws {
        let pair = try setup.make()
        pair.simulation.run(for: .seconds(100))
        for telling in setup.tellings {
            let host = telling.end == .a ? pair.a : pair.b
            let other = telling.end == .a ? pair.b : pair.a
            let explanation = host.explain(
                telling.peer.map { ip($0) } ?? other.address, at: pair.simulation.now)
            if let failure = telling.failure {
                #expect(host.logText.contains(failure), "\(telling.end): \(host.logText)")
                #expect(explanation.told.contains(failure), "\(telling.end): \(explanation.told)")
            }
            if let lack = telling.lack {
                #expect(explanation.told.contains(lack), "\(telling.end): \(explanation.told)")
            }
            #expect(explanation.state == telling.state, "\(telling.end): \(explanation.told)")
        }
    }

    @Test func thereAreEnough() {
        #expect(BrokenSetup.all.count >= 20)
        #expect(Set(BrokenSetup.all.map { $0.name }).count == BrokenSetup.all.count)
    }

    @Test func whatFailedBeforeAnSAStoodIsPast() throws {
        let pair = try Pair()
        pair.a.kernel.refusals = ["No buffer space available"]
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(pair.a.explain(pair.b.address, at: pair.simulation.now).state == .halfway)
        pair.simulation.run(for: .seconds(5))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(pair.a.explain(pair.b.address, at: pair.simulation.now).state == .up)
        pair.simulation.handle(.administrator(.deleteAllIKESAs), pair.a)
        #expect(pair.settle())
        let explanation = pair.a.explain(pair.b.address, at: pair.simulation.now)
        #expect(explanation.state == .idle, "\(explanation.verdict)")
        #expect(explanation.failures.count == 1)
    }

    @Test func whatWorksIsToldToWork() throws {
        let pair = try Pair()
        #expect(pair.a.explain(pair.b.address, at: pair.simulation.now).state == .idle)
        pair.ping(from: pair.a)
        #expect(pair.settle())
        for (host, peer) in [(pair.a, pair.b), (pair.b, pair.a)] {
            let explanation = host.explain(peer.address, at: pair.simulation.now)
            #expect(explanation.state == .up)
            #expect(explanation.verdict == "an IKE SA with 1 Child SA stands")
            #expect(explanation.rule?.label == "peer")
            #expect(explanation.failures.isEmpty && explanation.lacks.isEmpty)
            #expect(explanation.policies.map { $0.isServed } == [true])
        }
    }
}
