import IPsec
import Net
import Testing
import Wire

@testable import IKE

/// What RFC 4555 lets a peer say of its addresses, said in ways that nobody honest would.
@Suite struct HostileMobilityTests {
    private static let mobile = Siege.Addresses(
        gateway: "10.9.0.0/26", hand: "10.9.0.64/26 remote_id ANY")
    private static let home = SocketAddress(ip(HandMadePeer.address), port: 500)
    private static let elsewhere = SocketAddress(ip("10.9.0.70"), port: 500)
    private static let outside = SocketAddress(ip("10.9.1.70"), port: 500)

    /// An SA that the peer began, so that it decides on the addresses.
    private func up(
        _ more: [Payload] = [.notify(Notify(.mobikeSupported))], globals: String = ""
    ) throws -> (Siege, HandMadePeer, IKESA) {
        let siege = try Siege(globals: globals, addresses: Self.mobile)
        let peer = try HandMadePeer(siege)
        #expect(try peer.establish(saying: more))
        return (siege, peer, try #require(siege.gateway.establishedSAs.first))
    }

    /// An SA that the gateway began, so that the gateway decides.
    private func answered(
        _ more: [Payload] = [.notify(Notify(.mobikeSupported))], globals: String = ""
    ) throws -> (Siege, HandMadePeer, IKESA) {
        let siege = try Siege(globals: globals, addresses: Self.mobile)
        let peer = try HandMadePeer(siege, .responder)
        try peer.takeRequest(siege.provoke())
        #expect(try peer.answer().count == 1)
        peer.send(try peer.seal(try peer.authPayloads() + more, .ikeAuth, 1, isResponse: true))
        #expect(siege.footprint.entries.count == 2)
        return (siege, peer, try #require(siege.gateway.establishedSAs.first))
    }

    private func notify(_ type: NotifyType, _ data: [UInt8] = []) -> Payload {
        .notify(Notify(type, data: data))
    }

    private func outer(_ siege: Siege) -> Set<IPAddress> {
        Set(siege.gateway.kernel.entries.values.flatMap { [$0.source, $0.id.destination] })
    }

    private let atHome: Set<IPAddress> = [ip("10.9.0.2"), ip(HandMadePeer.address)]

    // MARK: The peer decides

    @Test func whatWasNotAgreedOnIsPassedOver() throws {
        let (siege, peer, sa) = try up([])
        let before = siege.footprint
        for (index, payloads) in [
            [notify(.updateSAAddresses)], [notify(.cookie2, [UInt8](repeating: 1, count: 16))],
            [notify(.updateSAAddresses), notify(.noNATsAllowed, [1, 2, 3])],
            [notify(.additionalIPv4Address, [10, 9, 0, 71])], [notify(.noAdditionalAddresses)],
        ].enumerated() {
            let answer = try peer.ask(
                payloads, .informational, 2 + UInt32(index), from: Self.elsewhere)
            #expect(answer == [])
        }
        #expect(sa.mobility == nil && sa.remote == Self.home)
        #expect(siege.footprint == before)
        #expect(outer(siege) == atHome)
    }

    @Test func anAddressThatTheRuleIsNotForIsRefusedAndNothingMoves() throws {
        let (siege, peer, sa) = try up()
        let before = siege.footprint
        for messageID: UInt32 in 2..<6 {
            let answer = try peer.ask(
                [notify(.updateSAAddresses)], .informational, messageID, from: Self.outside)
            #expect(answer?.notifies == [.unacceptableAddresses])
        }
        #expect(sa.remote == Self.home)
        #expect(siege.footprint == before)
        #expect(outer(siege) == atHome)
        #expect(siege.lines.contains { $0.contains("does not cover 10.9.0.2[500]") })
        // It is where it was, and may still move to where it may be.
        #expect(try peer.ask([notify(.updateSAAddresses)], .informational, 6) == [])
        #expect(
            try peer.ask(
                [notify(.updateSAAddresses)], .informational, 7, from: Self.elsewhere) == [])
        #expect(sa.remote == Self.elsewhere)
        #expect(outer(siege) == [ip("10.9.0.2"), Self.elsewhere.address])
        #expect(siege.servesTheHonestPeer())
    }

    @Test func noNATsAllowedMustMatchTheMessage() throws {
        let (siege, peer, sa) = try up()
        // RFC 4555 §4.2.6: source and destination, with their ports.
        let right: [UInt8] = [10, 9, 0, 70, 10, 9, 0, 2, 1, 0xF4, 1, 0xF4]
        var wrong = (0..<right.count).map { index in
            var octets = right
            octets[index] ^= 1
            return octets
        }
        wrong += [[], [0], Array(right.dropLast()), right + [0], [UInt8](repeating: 0, count: 36)]
        var messageID: UInt32 = 2
        for octets in wrong {
            let answer = try peer.ask(
                [notify(.updateSAAddresses), notify(.noNATsAllowed, octets)], .informational,
                messageID, from: Self.elsewhere)
            #expect(answer?.notifies == [.unexpectedNATDetected], "\(octets)")
            messageID += 1
        }
        #expect(sa.remote == Self.home && outer(siege) == atHome)
        let answer = try peer.ask(
            [notify(.updateSAAddresses), notify(.noNATsAllowed, right)], .informational,
            messageID, from: Self.elsewhere)
        #expect(answer == [])
        #expect(sa.remote == Self.elsewhere)
    }

    /// RFC 4555 §4.2.5: between 8 and 64 octets.
    @Test func aCookieOfTheRightLengthComesBackAndNoOther() throws {
        let (siege, peer, _) = try up()
        let before = siege.footprint
        var messageID: UInt32 = 2
        for (length, isEchoed) in [
            (0, false), (1, false), (7, false), (8, true), (9, true), (64, true), (65, false),
            (1000, false),
        ] {
            let cookie = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
            let answer = try peer.ask([notify(.cookie2, cookie)], .informational, messageID)
            #expect(answer == (isEchoed ? [notify(.cookie2, cookie)] : []), "\(length)")
            messageID += 1
        }
        #expect(siege.footprint == before)
    }

    @Test func addressesOfWrongLengthsAreNone() throws {
        let (siege, peer, sa) = try up()
        let mobility = try #require(sa.mobility)
        var messageID: UInt32 = 2
        for length in 0...33 {
            for type in [NotifyType.additionalIPv4Address, .additionalIPv6Address] {
                mobility.peerAddresses = [ip("10.9.0.99")]
                let octets = [UInt8](repeating: 0x20, count: length)
                let answer = try peer.ask([notify(type, octets)], .informational, messageID)
                messageID += 1
                #expect(answer == [])
                let isRight = length == (type == .additionalIPv4Address ? 4 : 16)
                #expect(
                    mobility.peerAddresses
                        == (isRight ? [try #require(IPAddress(octets: octets))] : [ip("10.9.0.99")])
                )
            }
        }
        // The unspecified address is nobody's.
        #expect(
            try peer.ask(
                [
                    notify(.additionalIPv4Address, [0, 0, 0, 0]),
                    notify(.additionalIPv4Address, [10, 9, 0, 71]),
                ], .informational, messageID) == [])
        #expect(mobility.peerAddresses == [ip("10.9.0.71")])
        #expect(siege.servesTheHonestPeer())
    }

    @Test func ofManyAddressesAFewAreKept() throws {
        let many = (0..<90).map { notify(.additionalIPv4Address, [10, 9, 0, UInt8($0)]) }
        let (siege, peer, sa) = try up([notify(.mobikeSupported)] + many)
        #expect(sa.mobility?.peerAddresses.count == Mobility.mostAddresses)
        for messageID: UInt32 in 2..<13 {
            #expect(try peer.ask(many, .informational, messageID) == [])
            #expect(sa.mobility?.peerAddresses.count == Mobility.mostAddresses)
        }
        #expect(try peer.ask([notify(.noAdditionalAddresses)], .informational, 13) == [])
        #expect(sa.mobility?.peerAddresses == [])
        #expect(siege.servesTheHonestPeer())
    }

    @Test func natDetectionOfAnyLengthShowsANATAndNoMore() throws {
        let (siege, peer, sa) = try up()
        var messageID: UInt32 = 2
        for length in [0, 1, 19, 20, 21, 64, 2000] {
            let octets = [UInt8](repeating: 7, count: length)
            for types in [
                [NotifyType.natDetectionSourceIP], [.natDetectionDestinationIP],
                [.natDetectionSourceIP, .natDetectionDestinationIP],
            ] {
                let answer = try peer.ask(
                    [notify(.updateSAAddresses)] + types.map { notify($0, octets) },
                    .informational, messageID)
                messageID += 1
                #expect(
                    answer?.notifies == [.natDetectionSourceIP, .natDetectionDestinationIP])
                #expect(sa.nats.contains(.there) == types.contains(.natDetectionSourceIP))
                #expect(sa.nats.contains(.here) == types.contains(.natDetectionDestinationIP))
                #expect(
                    siege.gateway.kernel.entries.values.allSatisfy { $0.encapsulation != nil })
                #expect(siege.footprint.entries.count == 2)
            }
        }
        #expect(sa.remote == Self.home)
    }

    @Test func aThousandMovesLeaveNoMoreThanOne() throws {
        let (siege, peer, sa) = try up()
        let before = siege.footprint
        let log = siege.gateway.log.count
        for number in 0..<1000 {
            let from = SocketAddress(
                ip("10.9.0.\(64 + number % 60)"), port: UInt16(500 + number % 7))
            peer.send(
                try peer.seal(
                    [notify(.updateSAAddresses)], .informational, 2 + UInt32(number)), from: from)
        }
        #expect(sa.remote.address == ip("10.9.0.\(64 + 999 % 60)"))
        #expect(siege.footprint.ikeSAs == before.ikeSAs)
        #expect(siege.footprint.entries.count == 2)
        #expect(sa.queue.count <= 2, "\(sa.queue.count) tasks wait")
        #expect(sa.mobility?.tried == [])
        #expect(siege.gateway.log.count - log < 6000)
        // It is known by the address that it has, the one before, and the one that it began with.
        for last in 64..<124 {
            let isKnown = [999, 998].contains { 64 + $0 % 60 == last } || last == 66
            #expect(
                siege.gateway.engine.table.with(peer: ip("10.9.0.\(last)")).isEmpty != isKnown)
        }
        #expect(siege.servesTheHonestPeer())
    }

    /// RFC 4555 §3.7: the traffic of the SAs is not for somebody who has not asked for it.
    @Test(arguments: ["other", "none", "longer"])
    func whoDoesNotBringTheCookieBackLosesTheSA(kind: String) throws {
        let (siege, peer, _) = try up()
        let sent = peer.send(
            try peer.seal([notify(.updateSAAddresses)], .informational, 2), from: Self.elsewhere)
        #expect(sent.count == 2)
        let question = try peer.open(try #require(sent.last))
        #expect(question.header.exchange == .informational && !question.header.isResponse)
        guard case .notify(let cookie) = question.payloads.first else {
            Issue.record("\(question.payloads)")
            return
        }
        #expect(cookie.type == .cookie2 && (8...64).contains(cookie.data.count))
        var answer: [Payload] = []
        if kind == "other" { answer = [notify(.cookie2, cookie.data.map { $0 ^ 1 })] }
        if kind == "longer" { answer = [notify(.cookie2, cookie.data + [0])] }
        peer.send(
            try peer.seal(
                answer, .informational, question.header.messageID, isResponse: true),
            from: Self.elsewhere)
        #expect(siege.gateway.establishedSAs.isEmpty)
        #expect(siege.gateway.kernel.entries.isEmpty)
        #expect(siege.aftermath() == Siege.empty)
        #expect(
            siege.gateway.kernel.policies.contains {
                $0.template?.destination == Self.home.address
            })
    }

    @Test func whoBringsTheCookieBackKeepsTheSA() throws {
        let (siege, peer, sa) = try up()
        let sent = peer.send(
            try peer.seal([notify(.updateSAAddresses)], .informational, 2), from: Self.elsewhere)
        let question = try peer.open(try #require(sent.last))
        peer.send(
            try peer.seal(
                question.payloads, .informational, question.header.messageID, isResponse: true),
            from: Self.elsewhere)
        #expect(sa.window.outstanding == nil)
        #expect(outer(siege) == [ip("10.9.0.2"), Self.elsewhere.address])
    }

    @Test func aMoveThatComesAgainFromElsewhereMovesNothing() throws {
        let (siege, peer, sa) = try up()
        let move = try peer.seal([notify(.updateSAAddresses)], .informational, 2)
        let answers = peer.send(move, from: Self.elsewhere)
        let thief = SocketAddress(ip("10.9.0.90"), port: 500)
        // The answer comes again, for a lost one; that is all.
        #expect(peer.send(move, from: thief) == [try #require(answers.first)])
        #expect(sa.remote == Self.elsewhere)
        #expect(outer(siege) == [ip("10.9.0.2"), Self.elsewhere.address])
    }

    /// RFC 4555 §3.6 has the peer say then where the SAs go on; strongSwan moves its own without
    /// a word. What stays at an address that is gone carries nothing.
    @Test func whoseAddressIsGoneDoesNotWaitToBeTold() throws {
        let (siege, peer, sa) = try up()
        siege.gateway.renumber([ip("10.9.0.3")])
        siege.simulation.handle(.addresses([ip("10.9.0.3")]), siege.gateway)
        let announcement = try peer.open(peer.lastReceived)
        #expect(announcement.payloads.notifies == [.noAdditionalAddresses])
        // That the peer can be reached from there is not known yet.
        #expect(outer(siege) == atHome)
        siege.simulation.inject(
            try peer.seal([], .informational, announcement.header.messageID, isResponse: true),
            from: sa.remote, to: sa.local)
        #expect(outer(siege) == [ip("10.9.0.3"), Self.home.address])
        #expect(siege.footprint.entries.count == 2)
        // Told so after all, nothing changes.
        siege.simulation.inject(
            try peer.seal([notify(.updateSAAddresses)], .informational, 2), from: sa.remote,
            to: sa.local)
        #expect(outer(siege) == [ip("10.9.0.3"), Self.home.address])
    }

    // MARK: The gateway decides

    @Test func whoDoesNotDecideIsRefused() throws {
        let (siege, peer, sa) = try answered()
        for messageID: UInt32 in 0..<3 {
            let answer = try peer.ask(
                [notify(.updateSAAddresses)], .informational, messageID, from: Self.elsewhere)
            #expect(answer?.notifies == [.invalidSyntax])
        }
        #expect(sa.remote.address == Self.home.address)
        #expect(outer(siege) == atHome)
        #expect(siege.lines.contains { $0.contains("it is ours to decide") })
    }

    /// The gateway gets another address; the peer sees its UPDATE_SA_ADDRESSES.
    private func renumber(_ siege: Siege, _ peer: HandMadePeer) throws -> (
        header: Header, payloads: [Payload]
    ) {
        siege.gateway.renumber([ip("10.9.0.3")])
        siege.simulation.handle(.addresses([ip("10.9.0.3")]), siege.gateway)
        let update = try peer.open(peer.lastReceived)
        #expect(update.payloads.notifies.contains(.updateSAAddresses))
        return update
    }

    @Test func whereThePeerDoesNotFollowTheSAEnds() throws {
        for error in [
            NotifyType.unacceptableAddresses, .unexpectedNATDetected, .temporaryFailure,
        ] {
            let (siege, peer, _) = try answered()
            let update = try renumber(siege, peer)
            let octets = try peer.seal(
                [notify(error)], .informational, update.header.messageID, isResponse: true)
            siege.simulation.inject(
                octets, from: Self.home.with(port: 4500),
                to: SocketAddress(ip("10.9.0.3"), port: 4500))
            #expect(siege.lines.contains { $0.contains("it says \(error.name)") })
            #expect(siege.gateway.kernel.entries.isEmpty)
            #expect(siege.aftermath() == Siege.empty)
        }
    }

    @Test func anAnswerThatShowsANATBringsUDP() throws {
        for length in [0, 19, 20, 3000] {
            let (siege, peer, sa) = try answered()
            let update = try renumber(siege, peer)
            let hash = [UInt8](repeating: 3, count: length)
            let octets = try peer.seal(
                [notify(.natDetectionSourceIP, hash), notify(.natDetectionDestinationIP, hash)],
                .informational, update.header.messageID, isResponse: true)
            siege.simulation.inject(
                octets, from: Self.home.with(port: 4500),
                to: SocketAddress(ip("10.9.0.3"), port: 4500))
            #expect(sa.nats == [.here, .there])
            #expect(siege.gateway.kernel.entries.count == 2)
            #expect(siege.gateway.kernel.entries.values.allSatisfy { $0.encapsulation != nil })
            #expect(outer(siege) == [ip("10.9.0.3"), Self.home.address])
        }
    }

    /// The gateway asks at another address of the peer's, since the one in use is silent, and moves
    /// there when it is answered: with a COOKIE2, for nobody has proved to be there.
    @Test(arguments: [true, false]) func aWayThatAnswersIsProvedByTheCookie(isHonest: Bool) throws {
        let (siege, peer, sa) = try answered(
            [
                notify(.mobikeSupported),
                notify(.additionalIPv4Address, Self.elsewhere.address.octets),
                // Not covered by the rule: never asked.
                notify(.additionalIPv4Address, Self.outside.address.octets),
            ], globals: "dpd_interval_secs 10\n")
        siege.simulation.handle(.addresses([ip("10.9.0.2")]), siege.gateway)
        for _ in 0..<20 {
            siege.gateway.kernel.carry(reqid: 6)
            siege.simulation.run(for: .seconds(1))
        }
        let sent = siege.simulation.sent
        #expect(!sent.contains { $0.remote.address == Self.outside.address })
        let question = try #require(sent.last { $0.remote.address == Self.elsewhere.address })
        let probe = try peer.open(question.octets)
        #expect(probe.header.exchange == .informational)
        siege.simulation.inject(
            try peer.seal(
                [], .informational, probe.header.messageID, isResponse: true),
            from: question.remote, to: question.local)
        #expect(sa.remote == question.remote)
        let update = try peer.open(try #require(siege.simulation.sent.last).octets)
        #expect(siege.simulation.sent.last?.remote == question.remote)
        let cookies = update.payloads.filter {
            if case .notify(let notify) = $0 { notify.type == .cookie2 } else { false }
        }
        #expect(update.payloads.notifies.contains(.updateSAAddresses) && cookies.count == 1)
        // Until then what the kernel sends stays where it was.
        #expect(outer(siege) == atHome)
        siege.simulation.inject(
            try peer.seal(
                isHonest ? cookies : [notify(.cookie2, [UInt8](repeating: 0, count: 16))],
                .informational, update.header.messageID, isResponse: true),
            from: question.remote, to: question.local)
        if isHonest {
            #expect(outer(siege) == [ip("10.9.0.2"), Self.elsewhere.address])
        } else {
            #expect(siege.gateway.establishedSAs.isEmpty)
            #expect(siege.gateway.kernel.entries.isEmpty)
            #expect(siege.lines.contains { $0.contains("does not bring back its COOKIE2") })
            #expect(siege.aftermath() == Siege.empty)
        }
    }
}
