import IPsec
import Net
import Testing
import Wire

@testable import IKE

/// Address changes of either end (RFC 4555).
@Suite struct MobilityTests {
    private static let anywhere =
        " local_addr 10.9.0.0/16 remote_addr 10.9.0.0/16 remote_id ANY dpd_interval_secs 10"

    private func makePair(
        seed: UInt64 = 1, extraA: String = anywhere, extraB: String = anywhere,
        addressesB: [String] = ["10.9.0.2"]
    ) throws -> Pair {
        var setup = Pair.Setup()
        setup.ruleA = extraA
        setup.ruleB = extraB
        let pair = try Pair(seed: seed, setup)
        tell(pair, pair.a, ["10.9.0.1"])
        tell(pair, pair.b, addressesB)
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 2)
        return pair
    }

    /// A host gets other addresses, and its engine hears of it.
    private func tell(_ pair: Pair, _ host: Host, _ addresses: [String]) {
        host.renumber(addresses.map { ip($0) })
        pair.simulation.handle(.addresses(host.addresses), host)
    }

    /// Whether packets of both ends would arrive: each sends with what the other has.
    private func carriesBothWays(_ pair: Pair) -> Bool {
        guard let there = pair.a.kernel.sending(reqid: 1),
            let back = pair.b.kernel.sending(reqid: 1)
        else { return false }
        return pair.b.kernel.entries[there.id]?.source == there.source
            && pair.a.kernel.entries[back.id]?.source == back.source
            && pair.b.addresses.contains(there.id.destination)
            && pair.a.addresses.contains(back.id.destination)
    }

    private func expectMoved(
        _ pair: Pair, to address: String, _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(disagreement(pair.a, pair.b) == nil, sourceLocation: location)
        #expect(carriesBothWays(pair), sourceLocation: location)
        #expect(pair.a.kernel.entries.count == 2, sourceLocation: location)
        #expect(
            pair.a.kernel.sending(reqid: 1)?.source == ip(address)
                || pair.a.kernel.sending(reqid: 1)?.id.destination == ip(address),
            sourceLocation: location)
    }

    private func count(_ pair: Pair, during body: () throws -> Void) rethrows -> Int {
        let before = pair.simulation.sent.count
        try body()
        return pair.simulation.sent.count - before
    }

    // MARK: Agreement

    @Test func bothEndsAgreeOnItAndSpeakOnTheNATTraversalPort() throws {
        let pair = try makePair()
        for host in [pair.a, pair.b] {
            let sa = try #require(host.establishedSAs.first)
            #expect(sa.mobility?.decides == (host === pair.a))
            #expect(sa.local.port == 4500 && sa.remote.port == 4500)
            #expect(host.kernel.entries.values.allSatisfy { $0.encapsulation == nil })
        }
    }

    @Test(arguments: [true, false]) func whereOneEndDoesNotWantItThereIsNone(isA: Bool) throws {
        let pair = try makePair(
            extraA: Self.anywhere + (isA ? " mobike no" : ""),
            extraB: Self.anywhere + (isA ? "" : " mobike no"))
        #expect(pair.a.establishedSAs.first?.mobility == nil)
        #expect(pair.b.establishedSAs.first?.mobility == nil)
    }

    @Test func theAddressesThatTheRuleIsForAreAnnounced() throws {
        let pair = try makePair(addressesB: ["10.9.0.2", "10.9.3.3", "172.16.0.1"])
        #expect(pair.a.establishedSAs.first?.mobility?.peerAddresses == [ip("10.9.3.3")])
        let sent = count(pair) {
            tell(pair, pair.b, ["10.9.0.2", "10.9.4.4", "172.16.0.1"])
            pair.simulation.run(for: .seconds(1))
        }
        #expect(sent == 2)
        #expect(pair.a.establishedSAs.first?.mobility?.peerAddresses == [ip("10.9.4.4")])
        tell(pair, pair.b, ["10.9.0.2"])
        pair.simulation.run(for: .seconds(1))
        #expect(pair.a.establishedSAs.first?.mobility?.peerAddresses == [])
    }

    // MARK: The initiator moves

    @Test func whoBeganMovesAndTheSAsAndPoliciesOfBothEndsFollow() throws {
        let pair = try makePair()
        let before = pair.a.kernel.entries.keys.map { $0.spi }.sorted { $0.rawValue < $1.rawValue }
        let messages = count(pair) {
            tell(pair, pair.a, ["10.9.7.1"])
            pair.simulation.run(for: .seconds(1))
        }
        // UPDATE_SA_ADDRESSES and the check whether a is where it says it is, with their answers.
        #expect(messages == 4)
        expectMoved(pair, to: "10.9.7.1")
        let after = pair.a.kernel.entries.keys.map { $0.spi }.sorted { $0.rawValue < $1.rawValue }
        #expect(before == after)
        #expect(pair.b.kernel.policies.first?.template?.destination == ip("10.9.7.1"))
        #expect(pair.a.kernel.policies.first?.template?.source == ip("10.9.7.1"))
        #expect(pair.a.logText.contains("goes on between 10.9.7.1[4500] <-> 10.9.0.2[4500]"))
        #expect(pair.b.logText.contains("goes on between 10.9.0.2[4500] <-> 10.9.7.1[4500]"))
    }

    @Test func thePoliciesGoBackWhenTheSAsEnd() throws {
        let pair = try makePair()
        let before = (pair.a.kernel.policies, pair.b.kernel.policies)
        tell(pair, pair.a, ["10.9.7.1"])
        pair.simulation.run(for: .seconds(1))
        #expect(pair.b.kernel.policies != before.1)
        pair.simulation.handle(.shutdown, pair.a)
        pair.simulation.run(for: .seconds(1))
        #expect(pair.a.kernel.entries.isEmpty && pair.b.kernel.entries.isEmpty)
        #expect(pair.a.kernel.policies == before.0)
        #expect(pair.b.kernel.policies == before.1)
    }

    @Test func thePoliciesGoBackWhenTheHostComesHome() throws {
        let pair = try makePair()
        let before = (pair.a.kernel.policies, pair.b.kernel.policies)
        for address in ["10.9.7.1", "10.9.8.1", "10.9.0.1"] {
            tell(pair, pair.a, [address])
            pair.simulation.run(for: .seconds(1))
            expectMoved(pair, to: address)
        }
        #expect(pair.a.kernel.policies == before.0)
        #expect(pair.b.kernel.policies == before.1)
        #expect(pair.a.establishedSAs.first?.home == nil)
        #expect(pair.b.establishedSAs.first?.home == nil)
    }

    @Test(arguments: [["10.9.7.1"], ["10.9.7.1", "10.9.0.1"], ["10.9.7.1", "10.9.8.1"]])
    func aPacketBetweenTheMovesOfTheSAAndOfItsPoliciesAsksForNoOther(way: [String]) throws {
        for movesB in [false, true] {
            let pair = try makePair()
            let mover = movesB ? pair.b : pair.a
            let places =
                [movesB ? "10.9.0.2" : "10.9.0.1"]
                + way.map { movesB && $0 == "10.9.0.1" ? "10.9.0.2" : $0 }
            for place in places.dropFirst() {
                tell(pair, mover, [place])
                pair.simulation.run(for: .seconds(1))
            }
            for host in [pair.a, pair.b] {
                let policy = try #require(host.kernel.policies.first)
                let template = try #require(policy.template)
                let before = ip(places[places.count - 2])
                let isMover = host === mover
                let other = try #require(host.establishedSAs.first).pair
                let acquire = Acquire(
                    sequence: 99, source: isMover ? before : other.local.address,
                    destination: isMover ? other.remote.address : before,
                    flow: host === pair.a
                        ? pair.flow("10.1.0.1", "10.2.0.1") : pair.flow("10.2.0.1", "10.1.0.1"),
                    policy: policy.selector, policyIndex: policy.index, template: template)
                pair.simulation.handle(.acquire(acquire), host)
            }
            pair.simulation.run(for: .seconds(5))
            expectMoved(pair, to: places[places.count - 1])
        }
    }

    @Test func aPolicyThatStillNamesTheOldGatewayIsServedByTheSAThatMoved() throws {
        var setup = Pair.Setup(ruleA: Self.anywhere, ruleB: Self.anywhere)
        setup.policies = .two
        let pair = try Pair(setup)
        tell(pair, pair.a, ["10.9.0.1"])
        pair.ping(from: pair.a)
        #expect(pair.settle())
        tell(pair, pair.a, ["10.9.7.1"])
        pair.simulation.run(for: .seconds(1))
        pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
        #expect(pair.settle())
        #expect(pair.a.establishedSAs.count == 1)
        #expect(pair.a.kernel.entries.count == 4)
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.b.kernel.sending(reqid: 2)?.id.destination == ip("10.9.7.1"))
        #expect(pair.a.kernel.sending(reqid: 2)?.source == ip("10.9.7.1"))
    }

    /// Every single message of a move lost, late and twice.
    @Test(arguments: ["lost", "late", "twice"]) func aMoveSurvivesWhatBefallsAnyMessage(
        fate: String
    ) throws {
        for number in 0..<4 {
            let pair = try makePair()
            pair.simulation.fate = { index in
                guard index == number else { return .delivered }
                return switch fate {
                case "lost": .lost
                case "late": .late(.seconds(5))
                default: .repeated(after: .milliseconds(700))
                }
            }
            tell(pair, pair.a, ["10.9.7.1"])
            pair.simulation.run(for: .seconds(10))
            pair.simulation.fate = nil
            #expect(pair.settle(), "message \(number) \(fate)")
            expectMoved(pair, to: "10.9.7.1")
        }
    }

    @Test func aSecondMoveBeforeTheFirstIsAnsweredIsToldToo() throws {
        let pair = try makePair()
        tell(pair, pair.a, ["10.9.7.1"])
        tell(pair, pair.a, ["10.9.8.1"])
        #expect(pair.settle())
        pair.simulation.run(for: .seconds(3))
        expectMoved(pair, to: "10.9.8.1")
    }

    @Test func aHostWithoutAddressWaitsForOne() throws {
        let pair = try makePair()
        tell(pair, pair.a, [])
        pair.simulation.run(for: .seconds(5))
        #expect(pair.a.logText.contains("our address 10.9.0.1 is gone, and no other leads to"))
        #expect(pair.a.kernel.entries.count == 2)
        tell(pair, pair.a, ["10.9.7.1"])
        pair.simulation.run(for: .seconds(2))
        expectMoved(pair, to: "10.9.7.1")
    }

    @Test func anAddressThatPacketsAreStillSentFromIsNotGone() throws {
        let pair = try makePair()
        // As of one link alone: others are not told of it, but the host has it.
        let messages = count(pair) {
            pair.simulation.handle(.addresses([ip("10.9.7.1")]), pair.a)
            pair.simulation.run(for: .seconds(5))
        }
        #expect(messages == 0)
        #expect(!pair.a.logText.contains("is gone"))
        #expect(pair.a.establishedSAs.first?.local.address == ip("10.9.0.1"))
        #expect(pair.a.kernel.sending(reqid: 1)?.source == ip("10.9.0.1"))
    }

    @Test func whatWaitsForAnAnswerGoesOnFromTheNewAddress() throws {
        let pair = try makePair()
        let child = try #require(pair.a.kernel.outbound.first)
        // The rekeying goes out, and a is gone before the answer comes.
        pair.simulation.handle(pair.a.kernel.expire(child.id, isHard: false), pair.a)
        tell(pair, pair.a, ["10.9.7.1"])
        #expect(pair.settle())
        pair.simulation.run(for: .seconds(3))
        expectMoved(pair, to: "10.9.7.1")
        #expect(pair.a.kernel.entries[child.id] == nil)
    }

    @Test func rekeyingWorksAfterAMoveAndWhoDecidesStays() throws {
        let pair = try makePair(
            extraA: Self.anywhere, extraB: Self.anywhere + " ikesa_lifetime_secs 60")
        tell(pair, pair.a, ["10.9.7.1"])
        pair.simulation.run(for: .seconds(2))
        pair.simulation.run(for: .seconds(120))
        let sa = try #require(pair.a.establishedSAs.first)
        #expect(sa.role == .responder)
        #expect(sa.mobility?.decides == true)
        let child = try #require(pair.b.kernel.outbound.first)
        pair.simulation.handle(pair.b.kernel.expire(child.id, isHard: false), pair.b)
        #expect(pair.settle())
        expectMoved(pair, to: "10.9.7.1")
        tell(pair, pair.a, ["10.9.0.1"])
        pair.simulation.run(for: .seconds(2))
        expectMoved(pair, to: "10.9.0.1")
    }

    @Test func anAddressThatTheRuleIsNotForIsRefused() throws {
        let pair = try makePair(
            extraB: " local_addr 10.9.0.0/16 remote_addr 10.9.0.0/24 remote_id ANY")
        tell(pair, pair.a, ["10.9.7.1"])
        pair.simulation.run(for: .seconds(1))
        #expect(pair.b.logText.contains("does not cover 10.9.0.2[4500] <-> 10.9.7.1[4500]"))
        #expect(pair.a.logText.contains("it says UNACCEPTABLE_ADDRESSES"))
        #expect(pair.settle())
        #expect(pair.a.kernel.entries.isEmpty && pair.b.kernel.entries.isEmpty)
    }

    // MARK: The responder moves

    @Test func whoDidNotBeginMovesAndTheOtherEndFollows() throws {
        let pair = try makePair()
        tell(pair, pair.b, ["10.9.6.2"])
        pair.simulation.run(for: .seconds(3))
        expectMoved(pair, to: "10.9.6.2")
    }

    @Test func anotherAddressOfThePeerIsTriedWhenOneFails() throws {
        let pair = try makePair(addressesB: ["10.9.0.2", "10.9.3.3"])
        pair.simulation.interceptor = { datagram in
            [datagram.local.address, datagram.remote.address].contains(ip("10.9.0.2"))
                ? nil : datagram
        }
        // a sends, hears nothing, asks, and looks for another way.
        for _ in 0..<25 {
            pair.a.kernel.carry(reqid: 1)
            pair.simulation.run(for: .seconds(1))
        }
        expectMoved(pair, to: "10.9.3.3")
        #expect(pair.a.establishedSAs.count == 1)
        #expect(pair.a.logText.contains("goes on between 10.9.0.1[4500] <-> 10.9.3.3[4500]"))
    }

    @Test func aMessageByAnotherWayAloneChangesNothing() throws {
        let pair = try makePair(addressesB: ["10.9.0.2", "10.9.3.3"])
        let before = pair.b.establishedSAs.first?.pair
        // As a path test: b answers the way that it was asked.
        pair.simulation.interceptor = { datagram in
            guard datagram.local.address == ip("10.9.0.1") else { return datagram }
            return Datagram(
                octets: datagram.octets, local: datagram.local,
                remote: SocketAddress(ip("10.9.3.3"), port: 4500))
        }
        for _ in 0..<12 {
            pair.a.kernel.carry(reqid: 1)
            pair.simulation.run(for: .seconds(1))
        }
        #expect(pair.simulation.sent.contains { $0.local.address == ip("10.9.3.3") })
        #expect(pair.b.establishedSAs.first?.pair == before)
        #expect(pair.a.establishedSAs.first?.remote.address == ip("10.9.0.2"))
    }

    // MARK: NATs

    @Test func aNATOnTheNewWayBringsUDPAndOneLessTakesItAway() throws {
        let pair = try makePair()
        let nat = NAT(before: "10.9.7.1", as: "10.9.99.1")
        pair.simulation.interceptor = { nat.pass($0) }
        tell(pair, pair.a, ["10.9.7.1"])
        pair.simulation.run(for: .seconds(2))
        let port = try #require(nat.port(for: 4500))
        #expect(
            pair.b.kernel.sending(reqid: 1)?.encapsulation
                == SADEntry.UDPEncapsulation(sourcePort: 4500, destinationPort: port))
        #expect(pair.b.kernel.sending(reqid: 1)?.id.destination == ip("10.9.99.1"))
        #expect(
            pair.a.kernel.sending(reqid: 1)?.encapsulation
                == SADEntry.UDPEncapsulation(sourcePort: 4500, destinationPort: 4500))
        #expect(pair.a.establishedSAs.first?.nats == .here)
        let keepAlives = pair.simulation.keepAlives.count
        pair.simulation.run(for: .seconds(21))
        #expect(pair.simulation.keepAlives.count > keepAlives)
        tell(pair, pair.a, ["10.9.0.1"])
        pair.simulation.run(for: .seconds(2))
        expectMoved(pair, to: "10.9.0.1")
        #expect(pair.a.kernel.entries.values.allSatisfy { $0.encapsulation == nil })
        #expect(pair.b.kernel.entries.values.allSatisfy { $0.encapsulation == nil })
    }

    /// Before the first such question, nobody has said what the NAT makes of our address.
    @Test(arguments: [0, 15])
    func aNATThatForgotIsNoticedByTheQuestionWhetherThePeerLives(forgotten: Int) throws {
        let nat = NAT(before: "10.9.0.1", as: "10.9.99.1")
        var setup = Pair.Setup(ruleA: Self.anywhere, ruleB: Self.anywhere)
        setup.policies = .tunnel
        let pair = try Pair(setup)
        pair.simulation.interceptor = { nat.pass($0) }
        tell(pair, pair.a, ["10.9.0.1"])
        pair.ping(from: pair.a)
        pair.simulation.run(for: .seconds(2))
        let sa = try #require(pair.b.establishedSAs.first)
        for round in 0..<40 {
            if round == forgotten { nat.forget() }
            pair.a.kernel.carry(reqid: 1)
            pair.simulation.run(for: .seconds(1))
        }
        let port = try #require(nat.port(for: 4500))
        #expect(sa.remote == SocketAddress(ip("10.9.99.1"), port: port))
        #expect(
            pair.a.logText.contains("the NAT before us has given us another address or port")
                == (forgotten > 0))
        // Once it is known, the questions alone go on, one as long as the other.
        let known = pair.simulation.sent.count
        for _ in 0..<40 {
            pair.a.kernel.carry(reqid: 1)
            pair.simulation.run(for: .seconds(1))
        }
        let lengths = pair.simulation.sent.dropFirst(known).filter {
            // Not the responses, whose flag stands in the 20th octet.
            $0.local.address == ip("10.9.0.1") && $0.octets[19] & 0x20 == 0
        }.map { $0.octets.count }
        #expect(lengths.count > 1 && Set(lengths).count == 1)
    }

    // MARK: Peers that cheat

    @Test func whoIsNotWhereItSaysItIsLosesItsSAs() throws {
        let pair = try makePair()
        // What b sends to where a says it is does not arrive, but for the answer.
        var hasAnswered = false
        pair.simulation.interceptor = { datagram in
            guard datagram.remote.address == ip("10.9.7.1") else { return datagram }
            defer { hasAnswered = true }
            return hasAnswered ? nil : datagram
        }
        tell(pair, pair.a, ["10.9.7.1"])
        pair.simulation.run(for: .seconds(70))
        #expect(pair.b.kernel.entries.isEmpty)
        #expect(pair.b.establishedSAs.isEmpty)
        #expect(pair.b.kernel.policies.first?.template?.destination == ip("10.9.0.1"))
    }
}
