import Net
import Testing
import Wire

@testable import IKE

/// Answers to our IKE_SA_INIT request. They are not authenticated: the right one may still come.
@Suite struct HostileAnswerTests {
    private func start() throws -> (Siege, HandMadePeer) {
        let siege = try Siege()
        let peer = try HandMadePeer(siege, .responder)
        try peer.takeRequest(siege.provoke())
        return (siege, peer)
    }

    private func reply(_ peer: HandMadePeer, _ payloads: [Payload]) -> [[UInt8]] {
        var header = peer.header(.ikeSAInit, 0, isResponse: true)
        header.responderSPI = .zero
        return peer.send(Message(header: header, payloads: payloads).encoded())
    }

    private func expectSuccess(_ siege: Siege, _ peer: HandMadePeer) throws {
        let auth = try #require(try peer.answer().first)
        #expect(try peer.open(auth).header.exchange == .ikeAuth)
        peer.send(try peer.seal(try peer.authPayloads(), .ikeAuth, 1, isResponse: true))
        #expect(siege.footprint.entries.count == 2)
    }

    @Test func errorsAreHintsOnly() throws {
        let (siege, peer) = try start()
        let logged = siege.lines.count
        for _ in 0..<3 {
            for type: NotifyType in [
                .noProposalChosen, .invalidSyntax, .invalidMajorVersion, .authenticationFailed,
                .unsupportedCriticalPayload, .invalidIKESPI, NotifyType(rawValue: 8191),
            ] {
                #expect(reply(peer, [.notify(Notify(type))]).isEmpty)
            }
        }
        #expect(siege.footprint.ikeSAs == 1)
        #expect(siege.lines.count <= logged + 2, "\(siege.lines)")
        try expectSuccess(siege, peer)
    }

    @Test func anAnswerFromElsewhereOrToNothingIsDropped() throws {
        let (siege, peer) = try start()
        let message = Message(
            header: peer.header(.ikeSAInit, 0, isResponse: true), payloads: peer.saInitPayloads
        ).encoded()
        for from in [
            SocketAddress(ip("10.9.0.77"), port: 500), SocketAddress(peer.here.address, port: 4500),
        ] {
            #expect(peer.send(message, from: from).isEmpty)
        }
        var fromInitiator = message
        fromInitiator[19] |= 0x08
        var secondMessage = message
        secondMessage[23] = 1
        var unknown = message
        unknown[0] ^= 1
        var withoutSPI = message
        withoutSPI.replaceSubrange(8..<16, with: [UInt8](repeating: 0, count: 8))
        for octets in [fromInitiator, secondMessage, unknown, withoutSPI] {
            #expect(peer.send(octets).isEmpty)
        }
        try expectSuccess(siege, peer)
    }

    @Test func aCookieIsSentBack() throws {
        let (siege, peer) = try start()
        for length in [1, 64] {
            let cookie = [UInt8](repeating: UInt8(length), count: length)
            let again = try #require(reply(peer, [.notify(Notify(.cookie, data: cookie))]).first)
            let message = try Message(decoding: again.span)
            #expect(message.payloads.first == .notify(Notify(.cookie, data: cookie)))
            #expect(message.header.messageID == 0 && message.header.responderSPI == .zero)
            try peer.takeRequest(again)
        }
        try expectSuccess(siege, peer)
    }

    @Test func cookiesOfAWrongLengthAreNotSentBack() throws {
        let (siege, peer) = try start()
        for length in [0, 65, 1000] {
            let cookie = [UInt8](repeating: 1, count: length)
            #expect(reply(peer, [.notify(Notify(.cookie, data: cookie))]).isEmpty)
        }
        try expectSuccess(siege, peer)
    }

    @Test func theSameCookieTwiceIsOneWish() throws {
        let (siege, peer) = try start()
        let cookie = Payload.notify(Notify(.cookie, data: [1, 2, 3]))
        try peer.takeRequest(try #require(reply(peer, [cookie]).first))
        for _ in 0..<10 { #expect(reply(peer, [cookie]).isEmpty) }
        // Another group may still be asked for, and the cookie goes along (RFC 7296 §2.6.1).
        let group = Payload.notify(Notify(.invalidKEPayload, data: [0, 19]))
        let again = try #require(reply(peer, [group]).first)
        let message = try Message(decoding: again.span)
        #expect(message.payloads.first == cookie)
        #expect(reply(peer, [group]).isEmpty)
        let other = try HandMadePeer(siege, .responder, suite: HandMadePeer.Suite(method: .ecp256))
        try other.takeRequest(again)
        try expectSuccess(siege, other)
    }

    @Test func aPeerThatTakesNoCookieIsGivenUp() throws {
        let (siege, peer) = try start()
        var sent = 0
        for count in UInt8(0)..<50 {
            sent += reply(peer, [.notify(Notify(.cookie, data: [count]))]).count
        }
        #expect(sent <= Initiation.mostRestarts)
        #expect(siege.lines.count < 10)
        simulationRuns(siege)
    }

    @Test func aPeerThatKeepsAskingForAnotherGroupIsGivenUp() throws {
        let (siege, peer) = try start()
        var sent = 0
        for count in 0..<50 {
            sent +=
                reply(
                    peer,
                    [.notify(Notify(.invalidKEPayload, data: [0, count % 2 == 0 ? 19 : 31]))]
                ).count
        }
        #expect(sent <= Initiation.mostRestarts)
        simulationRuns(siege)
    }

    private func simulationRuns(_ siege: Siege) {
        siege.simulation.run(for: .seconds(300))
        #expect(siege.footprint == Siege.empty)
        #expect(siege.gateway.engine.nextDeadline == nil)
        #expect(siege.servesTheHonestPeer())
    }

    @Test func aGroupThatWasNeverOfferedIsNotTaken() throws {
        let (siege, peer) = try start()
        for data: [UInt8] in [
            [], [0], [0, 0], [0, 1], [0, 2], [0, 20], [0xFF, 0xFF], [0, 19, 0],
        ] {
            #expect(reply(peer, [.notify(Notify(.invalidKEPayload, data: data))]).isEmpty)
        }
        try expectSuccess(siege, peer)
    }

    /// What we proposed: the algorithms of ``Siege``, as a log line shows them.
    private static let proposed =
        "; we proposed IKE: ENCR_AES_GCM_16-256, PRF_HMAC_SHA2_256, CURVE25519; "
        + "IKE: ENCR_AES_GCM_16-256, PRF_HMAC_SHA2_256, ECP_256; "
        + "IKE: ENCR_AES_GCM_16-256, PRF_HMAC_SHA2_256, MODP_2048; "
        + "IKE: ENCR_AES_CBC-256, AUTH_HMAC_SHA2_256_128, PRF_HMAC_SHA2_256, CURVE25519; "
    private static let ending = "waiting for another"

    @Test func aGroupThatWasNeverOfferedIsToldWithWhatWas() throws {
        let (siege, peer) = try start()
        #expect(reply(peer, [.notify(Notify(.invalidKEPayload, data: [0, 20]))]).isEmpty)
        #expect(
            siege.lines.last?.hasSuffix(
                "the peer wants ECP_384, which we did not offer" + Self.proposed + Self.ending)
                == true)
    }

    @Test func anAnswerThatIsNotAmongWhatWasOfferedIsToldWithTheNearestMiss() throws {
        let (siege, peer) = try start()
        let other = Proposal(
            number: 1, protocol: .ike, spi: [],
            transforms: [
                .encryption(.aesGCM16, keyLength: 256), .prf(.hmacSHA256), .keyExchange(.ecp384),
            ])
        let payloads = peer.saInitPayloads.map {
            $0.type == .securityAssociation ? Payload.securityAssociation([other]) : $0
        }
        peer.send(
            Message(header: peer.header(.ikeSAInit, 0, isResponse: true), payloads: payloads)
                .encoded())
        #expect(
            siege.lines.last?.hasSuffix(
                "the answer is not among our proposals: IKE: ENCR_AES_GCM_16-256, "
                    + "PRF_HMAC_SHA2_256, ECP_384" + Self.proposed
                    + "nearest miss: it differs from ikesa_xform 1 of rule 'hand' only in the "
                    + "group: chosen was ECP_384, we proposed CURVE25519; " + Self.ending) == true,
            "\(siege.lines)")
    }

    @Test func anAnswerThatIsNotAmongWhatWasOfferedIsAHint() throws {
        let (siege, peer) = try start()
        let honest = peer.saInitPayloads
        let suite = peer.suite.proposal
        func with(_ proposals: [Proposal]) -> [Payload] {
            honest.map {
                if case .securityAssociation = $0 { .securityAssociation(proposals) } else { $0 }
            }
        }
        let double = Proposal(
            number: 1, protocol: .ike, spi: [],
            transforms: suite.transforms + [.keyExchange(.ecp256)])
        let weaker = Proposal(
            number: 1, protocol: .ike, spi: [],
            transforms: [
                .encryption(.aesGCM16, keyLength: 128), .prf(.hmacSHA256),
                .keyExchange(.curve25519),
            ])
        var reflected = honest
        reflected[2] = .nonce(peer.initiatorNonce)
        for payloads in [
            with([suite, suite]), with([double]), with([weaker]), reflected,
            honest.map {
                if case .keyExchange(let value) = $0 {
                    .keyExchange(KeyExchange(method: .ecp256, value: value.value))
                } else {
                    $0
                }
            },
        ] {
            let octets = Message(
                header: peer.header(.ikeSAInit, 0, isResponse: true), payloads: payloads
            ).encoded()
            #expect(peer.send(octets).isEmpty)
        }
        #expect(siege.footprint.ikeSAs == 1)
        try expectSuccess(siege, peer)
    }
}
