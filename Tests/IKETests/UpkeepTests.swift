import IPsec
import Testing
import Wire

@testable import IKE

/// Rules whose SAs stand without traffic.
@Suite struct UpkeepTests {
    private static let setup = Pair.Setup(ruleA: "immediate yes")

    private func up(_ setup: Pair.Setup = setup) throws -> Pair {
        let pair = try Pair(setup)
        pair.simulation.run(for: .milliseconds(100))
        return pair
    }

    @Test func theSAsStandBeforeThereIsTraffic() throws {
        let pair = try up()
        #expect(pair.a.kernel.entries.count == 2)
        #expect(disagreement(pair.a, pair.b) == nil)
        // Nothing more is due than what every SA has.
        pair.simulation.run(for: .seconds(3600))
        #expect(pair.a.establishedSAs.count == 1 && pair.a.kernel.entries.count == 2)
    }

    @Test func withoutTheWordNothingIsBegun() throws {
        let pair = try up(Pair.Setup())
        #expect(pair.simulation.sent.isEmpty)
        #expect(pair.a.engine.nextDeadline == nil)
    }

    @Test func everyPolicyOfTheRuleGetsItsChildSA() throws {
        let pair = try up(Pair.Setup(ruleA: "immediate yes", policies: .two))
        #expect(pair.a.kernel.entries.count == 4)
        #expect(pair.a.establishedSAs.count == 1)
    }

    @Test func bothEndsMayWantThem() throws {
        let pair = try up(Pair.Setup(ruleA: "immediate yes", ruleB: "immediate yes"))
        pair.simulation.run(for: .seconds(10))
        #expect(pair.a.establishedSAs.count == 1 && pair.a.kernel.entries.count == 2)
        #expect(disagreement(pair.a, pair.b) == nil)
    }

    @Test func whatThePeerDeletesComesUpAgain() throws {
        let pair = try up()
        let old = Set(pair.a.kernel.entries.keys)
        let child = try #require(pair.b.kernel.outbound.first)
        pair.simulation.handle(pair.b.kernel.expire(child.id, isHard: true), pair.b)
        pair.simulation.run(for: .milliseconds(100))
        #expect(pair.a.kernel.entries.isEmpty)
        pair.simulation.run(for: .seconds(3))
        #expect(pair.a.kernel.entries.count == 2)
        #expect(old.isDisjoint(with: pair.a.kernel.entries.keys))
    }

    @Test func aPeerThatComesBackIsFoundWithinMinutes() throws {
        let pair = try Pair(link: Simulation.Link(loss: 1), Self.setup)
        pair.simulation.run(for: .seconds(3600))
        let begun = pair.a.log.filter { $0.message.contains("initiating") }.count
        // A minute for each attempt, then pauses of up to ten.
        #expect((5...30).contains(begun))
        pair.simulation.link.loss = 0
        pair.simulation.run(for: .seconds(660))
        #expect(pair.a.kernel.entries.count == 2)
    }

    @Test func aRefreshThatAsksForThemBringsThemUp() throws {
        let pair = try up(Pair.Setup())
        let text = Pair.rule(
            "10.9.0.1", "10.9.0.2", "{ encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }", "",
            "immediate yes")
        pair.simulation.handle(
            .configuration(
                try configuration(text),
                try presharedKeys("{ label \"peer\" key \"correct horse\" }")), pair.a)
        pair.simulation.run(for: .milliseconds(100))
        #expect(pair.a.kernel.entries.count == 2)
    }

    @Test func aDepartureIsNotHeldUp() throws {
        let pair = try up()
        pair.simulation.handle(.shutdown, pair.a)
        pair.simulation.run(for: .seconds(3))
        #expect(pair.a.isFinished && pair.a.kernel.entries.isEmpty)
        #expect(pair.a.engine.nextDeadline == nil)
    }
}
