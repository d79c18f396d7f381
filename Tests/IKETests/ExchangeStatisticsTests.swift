import Testing
import Wire

@testable import IKE

/// What is counted of each exchange, from either side.
@Suite struct ExchangeStatisticsTests {
    private func side(
        _ host: Host, _ exchange: ExchangeType, _ role: Role
    ) -> ExchangeStatistics.Side {
        host.engine.counters().statistics.exchanges[exchange, role]
    }

    @Test func bothSidesCountTheSame() throws {
        let pair = try Pair()
        pair.ping(from: pair.a)
        #expect(pair.settle())
        for exchange in [ExchangeType.ikeSAInit, .ikeAuth] {
            let (ours, theirs) = (
                side(pair.a, exchange, .initiator), side(pair.b, exchange, .responder)
            )
            #expect(ours.requests == 1 && ours.answered == 1 && ours.timedOut == 0)
            #expect(theirs.requests == 1 && theirs.answered == 1)
            #expect(ours.refused.isEmpty && theirs.refused.isEmpty)
            #expect(side(pair.a, exchange, .responder).requests == 0)
            #expect(side(pair.b, exchange, .initiator).requests == 0)
        }
        #expect(side(pair.a, .createChildSA, .initiator).requests == 0)
    }

    @Test func anErrorIsCountedWhereItCameFromAndWhereItWent() throws {
        let pair = try Pair(Pair.Setup(keyB: "\"another\""))
        pair.ping(from: pair.a)
        pair.simulation.run(for: .seconds(10))
        let refused = side(pair.b, .ikeAuth, .responder).refused
        #expect(refused[.authenticationFailed] ?? 0 > 0)
        #expect(side(pair.a, .ikeAuth, .initiator).refused == refused)
        #expect(side(pair.a, .ikeSAInit, .initiator).refused.isEmpty)
    }

    @Test func anErrorInClearIsCountedToo() throws {
        let xform = "{ encr_alg aes-gcm(128) prf_alg sha256 dh_group 31 }"
        let pair = try Pair(Pair.Setup(ikeB: xform))
        pair.ping(from: pair.a)
        pair.simulation.run(for: .seconds(10))
        let theirs = side(pair.b, .ikeSAInit, .responder)
        #expect(theirs.refused[.noProposalChosen] ?? 0 > 0)
        #expect(theirs.requests == theirs.answered)
        #expect(pair.b.engine.counters().statistics.refusals == theirs.refused)
        #expect(side(pair.a, .ikeSAInit, .initiator).refused[.noProposalChosen] ?? 0 > 0)
    }

    @Test func silenceIsCountedOnce() throws {
        let pair = try Pair(link: Simulation.Link(loss: 1))
        pair.ping(from: pair.a)
        pair.simulation.run(for: .seconds(120))
        let ours = side(pair.a, .ikeSAInit, .initiator)
        #expect(ours.requests == 1 && ours.timedOut == 1 && ours.answered == 0)
    }
}
