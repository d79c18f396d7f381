import Net
import Testing
import Wire

@testable import IKE

/// Datagrams that are no message, or none for us.
@Suite struct HostileDatagramTests {
    /// Nothing is answered, nothing changes, and the log says it once for each kind.
    private func expectSilence(
        _ datagrams: [[UInt8]], from: SocketAddress? = nil, lines: Int = 1
    ) throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        #expect(try peer.establish())
        let before = siege.footprint
        let logged = siege.lines.count
        for datagram in datagrams {
            let answers = peer.send(datagram, from: from)
            #expect(answers.isEmpty, "answered: \(datagram.prefix(32))")
        }
        #expect(siege.footprint == before)
        #expect(siege.lines.count <= logged + lines, "\(siege.lines[logged...])")
        #expect(siege.servesTheHonestPeer())
    }

    @Test func datagramsOfEveryShortLengthAreDropped() throws {
        let genuine = try HandMadePeer(try Siege()).saInit()
        try expectSilence((0..<28).map { [UInt8](genuine.prefix($0)) } + [[0xFF]])
    }

    @Test func aMessageCutAnywhereIsDropped() throws {
        let genuine = try HandMadePeer(try Siege()).saInit()
        try expectSilence((28..<genuine.count).map { [UInt8](genuine.prefix($0)) })
    }

    @Test func aLengthThatIsNotTheDatagramsIsDropped() throws {
        var datagrams: [[UInt8]] = []
        let genuine = try HandMadePeer(try Siege()).saInit()
        for length in [0, 1, 27, 28, genuine.count - 1, genuine.count + 1, 65536, 0xFFFF_FFFF] {
            var octets = genuine
            octets.replaceSubrange(24..<28, with: bigEndian(UInt32(length)))
            datagrams.append(octets)
        }
        datagrams.append(genuine + [0])
        datagrams.append([0, 0, 0, 0] + genuine)
        try expectSilence(datagrams)
    }

    @Test func anotherMajorVersionIsNotTakenForOurs() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        for version: UInt8 in [0x00, 0x10, 0x11, 0x1F] {
            var header = peer.header(.ikeSAInit, 0)
            header.version = version
            let octets = Message(header: header, payloads: peer.saInitPayloads).encoded()
            #expect(peer.send(octets).isEmpty)
        }
        for version: UInt8 in [0x30, 0x3F, 0xF0] {
            var header = peer.header(.ikeSAInit, 0)
            header.version = version
            let octets = Message(header: header, payloads: peer.saInitPayloads).encoded()
            let answer = try #require(peer.send(octets).first)
            let message = try Message(decoding: answer.span)
            #expect(message.payloads.notifies == [.invalidMajorVersion])
            #expect(message.header.isResponse && message.header.version == 0x20)
            header.flags.insert(.response)
            #expect(
                peer.send(Message(header: header, payloads: peer.saInitPayloads).encoded())
                    .isEmpty)
        }
        #expect(siege.footprint == Siege.empty)
        #expect(siege.lines.count == 1)
    }

    @Test func aHigherMinorVersionAndReservedBitsAreIgnored() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        var octets = peer.saInit()
        octets[17] = 0x2F
        octets[19] |= 0xC7
        #expect(peer.send(octets).count == 1)
        #expect(siege.footprint.halfOpen == 1)
    }

    @Test func aBeginningWithWrongFlagsOrSPIsIsDropped() throws {
        let peer = try HandMadePeer(try Siege())
        var datagrams: [[UInt8]] = []
        for flags in [0x00, 0x20, 0x28] as [UInt8] {
            var octets = peer.saInit()
            octets[19] = flags
            datagrams.append(octets)
        }
        var withResponder = peer.saInit()
        withResponder[15] = 1
        var withoutInitiator = peer.saInit()
        withoutInitiator.replaceSubrange(0..<8, with: [UInt8](repeating: 0, count: 8))
        var secondMessage = peer.saInit()
        secondMessage[23] = 1
        try expectSilence(datagrams + [withResponder, withoutInitiator, secondMessage])
    }

    @Test func unknownSPIsAreNotAnswered() throws {
        let peer = try HandMadePeer(try Siege())
        var datagrams: [[UInt8]] = []
        for exchange in UInt8(0)...255 where exchange != ExchangeType.ikeSAInit.rawValue {
            for flags in [0x00, 0x08, 0x20, 0x28] as [UInt8] {
                var octets = peer.saInit()
                octets[18] = exchange
                octets[19] = flags
                octets[15] = 9
                datagrams.append(octets)
            }
        }
        // More than ten seconds pass meanwhile, so that there may be a second line.
        try expectSilence(datagrams, lines: 2)
    }

    @Test func aMessageWithExchangedRolesIsNotOpened() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        #expect(try peer.establish())
        let before = siege.footprint
        for flags: Header.Flags in [[], .response] {
            var header = peer.header(.informational, 2)
            header.flags = flags
            #expect(peer.send(try peer.seal(chain: [], first: .none, header)).isEmpty)
            (header.initiatorSPI, header.responderSPI) = (header.responderSPI, header.initiatorSPI)
            #expect(peer.send(try peer.seal(chain: [], first: .none, header)).isEmpty)
        }
        var header = peer.header(.informational, 2)
        header.initiatorSPI = IKESPI(1)
        #expect(peer.send(try peer.seal(chain: [], first: .none, header)).isEmpty)
        #expect(siege.footprint == before)
        #expect(try peer.ask([], .informational, 2) == [])
    }

    /// Only what the SA's keys have sealed counts, wherever it comes from; and without a NAT in
    /// between the peer stays where it was.
    @Test func aKnownSPIFromAnotherAddressMovesNothing() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        #expect(try peer.establish())
        let before = siege.footprint
        let elsewhere = SocketAddress(ip("10.9.0.77"), port: 500)
        var forged = try peer.seal([], .informational, 2)
        forged[forged.count - 1] ^= 1
        #expect(peer.send(forged, from: elsewhere).isEmpty)
        peer.send(try peer.seal([], .informational, 2), from: elsewhere)
        #expect(siege.footprint == before)
        #expect(siege.gateway.establishedSAs.allSatisfy { $0.remote == peer.here })
        #expect(siege.servesTheHonestPeer())
    }
}
