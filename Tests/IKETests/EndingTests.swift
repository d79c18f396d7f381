import IPsec
import Net
import Policy
import Testing
import Wire

@testable import IKE

/// How SAs end: by a peer's word, a lifetime, silence, a restart, a refresh, a shutdown.
@Suite struct EndingTests {
    private func up(_ setup: Pair.Setup = Pair.Setup()) throws -> Pair {
        let pair = try Pair(setup)
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(pair.a.kernel.entries.count == 2)
        return pair
    }

    @Test func shutdownTakesLeaveOfEveryPeer() throws {
        let pair = try up()
        pair.simulation.handle(.shutdown, pair.a)
        #expect(pair.a.kernel.entries.isEmpty)
        pair.simulation.run(for: .seconds(1))
        #expect(pair.a.isFinished)
        #expect(pair.b.kernel.entries.isEmpty)
        #expect(pair.b.establishedSAs.isEmpty)
        #expect(pair.b.logText.contains("the peer deleted the IKE SA"))
        pair.simulation.run(for: .seconds(30))
        #expect(pair.b.engine.table.isEmpty)
    }

    @Test func shutdownWaitsNotLongForASilentPeer() throws {
        let pair = try up()
        pair.simulation.link.loss = 1
        pair.simulation.handle(.shutdown, pair.a)
        #expect(!pair.a.isFinished)
        pair.simulation.run(for: .seconds(3))
        #expect(pair.a.isFinished)
    }

    @Test func shutdownWithoutSAsIsOverAtOnce() throws {
        let pair = try Pair()
        pair.simulation.handle(.shutdown, pair.a)
        #expect(pair.a.isFinished)
    }

    @Test func aChildSAWhoseLifetimePassesIsDeletedAtBothEnds() throws {
        let pair = try up()
        let id = try #require(
            pair.a.kernel.entries.values.first { $0.direction == .inbound }?.id)
        pair.simulation.handle(.expire(Expire(id: id, isHard: true)), pair.a)
        #expect(pair.settle())
        #expect(pair.a.kernel.entries.isEmpty && pair.b.kernel.entries.isEmpty)
        #expect(pair.a.establishedSAs.count == 1)
        pair.ping(from: pair.b)
        #expect(pair.settle())
        #expect(pair.a.kernel.entries.count == 2)
        #expect(disagreement(pair.a, pair.b) == nil)
    }

    @Test func anOutboundSAExpiresLikeAnInboundOne() throws {
        let pair = try up()
        let id = try #require(
            pair.a.kernel.entries.values.first { $0.direction == .outbound }?.id)
        pair.simulation.handle(.expire(Expire(id: id, isHard: true)), pair.a)
        #expect(pair.settle())
        #expect(pair.a.kernel.entries.isEmpty && pair.b.kernel.entries.isEmpty)
    }

    @Test func aSilentPeerIsFoundDead() throws {
        let pair = try up(Pair.Setup(globalsA: "dpd_interval_secs 30"))
        pair.simulation.link.loss = 1
        pair.a.kernel.carry(reqid: 1)
        pair.simulation.run(for: .seconds(95))
        #expect(pair.a.kernel.entries.isEmpty)
        #expect(pair.a.engine.table.isEmpty)
        #expect(pair.a.logText.contains("no answer to a request"))
    }

    @Test func aLivingPeerIsKept() throws {
        let pair = try up(Pair.Setup(globalsA: "dpd_interval_secs 30"))
        pair.simulation.run(for: .seconds(600))
        #expect(pair.a.kernel.entries.count == 2)
        #expect(disagreement(pair.a, pair.b) == nil)
    }

    @Test func aPeerThatStartsAnewReplacesItsSAs() throws {
        let pair = try up()
        let old = Set(pair.a.kernel.entries.keys)
        pair.b.kernel.flush()
        pair.b.restart(
            with: try pair.simulation.makeEngine(
                Policy.Configuration(rules: pair.b.engine.rules.rules),
                keys: pair.b.engine.presharedKeys))
        pair.simulation.loadPolicies()
        pair.simulation.run(for: .seconds(5))
        pair.ping(from: pair.b)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 2)
        #expect(old.isDisjoint(with: pair.a.kernel.entries.keys))
        #expect(pair.a.logText.contains("the peer has started anew"))
    }

    @Test func aPeerThatStartsAnewKeepsItsSAsWithOtherIdentitiesOfOurs() throws {
        let ike = "{ encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }"
        let pair = try Pair(Pair.Setup(ruleA: "remote_id FQDN = \"x.lab\""))
        let first = Pair.rule("10.9.0.2", "10.9.0.1", ike, "", "local_id FQDN = \"x.lab\"")
        let second = """
            { label "other" local_addr 10.9.0.2 remote_addr 10.9.0.1 auth_method preshared
              ikesa_xform \(ike) local_id FQDN = "y.lab" }
            """
        let keys = try presharedKeys(
            "{ label \"peer\" key \"correct horse\" } { label \"other\" key \"correct horse\" }")
        pair.simulation.handle(.configuration(try configuration(first + second), keys), pair.b)
        pair.ping(from: pair.a)
        #expect(pair.settle())
        pair.a.kernel.flush()
        let toOther = Pair.rule("10.9.0.1", "10.9.0.2", ike, "", "remote_id FQDN = \"y.lab\"")
        pair.a.restart(
            with: try pair.simulation.makeEngine(
                try configuration(toOther), keys: pair.a.engine.presharedKeys))
        pair.simulation.loadPolicies()
        pair.simulation.run(for: .seconds(5))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(pair.a.establishedSAs.count == 1)
        #expect(pair.b.establishedSAs.count == 2)
        #expect(!pair.b.logText.contains("the peer has started anew"))
    }

    @Test func crossedBeginningsBothStand() throws {
        let pair = try Pair()
        pair.ping(from: pair.a)
        pair.ping(from: pair.b)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(!pair.a.kernel.entries.isEmpty)
    }

    @Test func refreshKeepsTheSAsOfRulesThatStay() throws {
        let pair = try up()
        let before = Set(pair.a.kernel.entries.keys)
        pair.simulation.handle(
            .configuration(
                Policy.Configuration(rules: pair.a.engine.rules.rules), pair.a.engine.presharedKeys),
            pair.a)
        pair.simulation.run(for: .seconds(1))
        #expect(Set(pair.a.kernel.entries.keys) == before)
        #expect(pair.simulation.sent.count == 4)
    }

    @Test func aPacketAfterARefreshJoinsTheHandshakeThatWasUnderWay() throws {
        let text = Pair.rule(
            "10.9.0.1", "10.9.0.2", "{ encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }", "", "")
        let pair = try Pair(Pair.Setup(policies: .two))
        pair.ping(from: pair.a)
        pair.simulation.handle(
            .configuration(try configuration(text), pair.a.engine.presharedKeys), pair.a)
        pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 4)
        #expect(pair.a.establishedSAs.count == 1)
    }

    @Test func refreshEndsTheSAsOfRulesThatAreGone() throws {
        let pair = try up()
        pair.simulation.handle(
            .configuration(try configuration(""), try presharedKeys("")), pair.a)
        #expect(pair.settle())
        #expect(pair.a.kernel.entries.isEmpty && pair.b.kernel.entries.isEmpty)
        #expect(pair.a.logText.contains("refresh: rule 'peer' removed"))
    }

    /// The moments of a handshake, as the number of messages on the wire.
    @Test(arguments: [1, 2, 3]) func refreshEndsTheHandshakeOfARuleThatIsGone(_ moment: Int) throws
    {
        for starts in [true, false] {
            let pair = try Pair()
            pair.ping(from: starts ? pair.a : pair.b)
            #expect(pair.simulation.run(for: .seconds(1)) { pair.simulation.sent.count == moment })
            pair.simulation.handle(
                .configuration(try configuration(""), pair.a.engine.presharedKeys), pair.a)
            pair.simulation.run(for: .seconds(60))
            #expect(pair.a.kernel.entries.isEmpty && pair.b.kernel.entries.isEmpty)
            #expect(pair.a.establishedSAs.isEmpty && pair.b.establishedSAs.isEmpty)
        }
    }

    @Test(arguments: [1, 2, 3]) func refreshChangesTheRuleOfAHandshakeUnderWay(_ moment: Int) throws
    {
        for starts in [true, false] {
            let pair = try Pair()
            pair.ping(from: starts ? pair.a : pair.b)
            #expect(pair.simulation.run(for: .seconds(1)) { pair.simulation.sent.count == moment })
            let text = Pair.rule(
                "10.9.0.1", "10.9.0.2", "{ encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }",
                "dpd_interval_secs 17", "")
            pair.simulation.handle(
                .configuration(try configuration(text), pair.a.engine.presharedKeys), pair.a)
            #expect(pair.settle())
            #expect(pair.a.engine.table.all.map { $0.session?.rule.dpdInterval } == [17])
            #expect(pair.a.kernel.entries.count == 2)
        }
    }

    @Test func anIKESAThatIsNotRekeyedEndsWithItsLifetime() throws {
        let pair = try up(Pair.Setup(globalsA: "ikesa_lifetime_secs 600 dpd_interval_secs 0"))
        let other = Pair.rule(
            "10.9.0.2", "10.9.0.1", "{ encr_alg 3des auth_alg sha1 dh_group 2 }", "", "")
        pair.simulation.handle(
            .configuration(
                try configuration(other),
                try presharedKeys("{ label \"peer\" key \"correct horse\" }")), pair.b)
        pair.simulation.run(for: .seconds(630))
        #expect(pair.a.logText.contains("the IKE SA is not rekeyed: the peer says NO_PROPOSAL"))
        #expect(pair.a.logText.contains("its lifetime has passed"))
        #expect(pair.a.kernel.entries.isEmpty && pair.b.kernel.entries.isEmpty)
    }
}

/// Peers that die while an SA is being made.
@Suite struct PersistenceTests {
    @Test func trafficThatGoesOnBringsUpANewSAWhenThePeerIsBack() throws {
        let pair = try Pair(link: Simulation.Link(loss: 1))
        pair.ping(from: pair.a)
        // The kernel gives up its larval SA after thirty seconds; the next packet makes another.
        pair.simulation.run(for: .seconds(31))
        pair.ping(from: pair.a)
        pair.simulation.run(for: .seconds(10))
        pair.simulation.link.loss = 0
        pair.b.restart(with: pair.b.engine)
        #expect(pair.simulation.run(for: .seconds(25)) { pair.a.kernel.entries.count == 2 })
        #expect(disagreement(pair.a, pair.b) == nil)
    }

    @Test func aPeerKilledBeforeItAnswersIKEAuthIsSpokenToAnew() throws {
        let pair = try Pair()
        pair.ping(from: pair.a)
        // b dies when it has answered IKE_SA_INIT.
        pair.simulation.run(for: .seconds(1)) { pair.simulation.sent.count == 2 }
        pair.b.restart(
            with: try pair.simulation.makeEngine(
                Policy.Configuration(rules: pair.b.engine.rules.rules),
                keys: pair.b.engine.presharedKeys))
        pair.simulation.loadPolicies()
        pair.simulation.run(for: .seconds(31))
        pair.ping(from: pair.a)
        #expect(pair.simulation.run(for: .seconds(35)) { pair.a.kernel.entries.count == 2 })
        #expect(disagreement(pair.a, pair.b) == nil)
    }

    @Test func withoutTrafficNothingIsTriedAgain() throws {
        let pair = try Pair(link: Simulation.Link(loss: 1))
        pair.ping(from: pair.a)
        pair.simulation.run(for: .seconds(300))
        #expect(pair.a.engine.table.isEmpty)
        #expect(pair.a.engine.nextDeadline == nil)
    }
}
