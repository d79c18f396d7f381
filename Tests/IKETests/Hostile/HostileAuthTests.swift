import Net
import Testing
import Wire

@testable import IKE

/// IKE_AUTH that proves nothing, and exchanges that come when they are not due.
@Suite struct HostileAuthTests {
    private func begun() throws -> (Siege, HandMadePeer) {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        #expect(try peer.begin())
        return (siege, peer)
    }

    private func expectRefusal(
        _ type: NotifyType, _ payloads: (HandMadePeer) throws -> [Payload]
    ) throws {
        let (siege, peer) = try begun()
        let answer = try peer.ask(try payloads(peer), .ikeAuth, 1)
        #expect(answer?.notifies == [type])
        #expect(siege.footprint.entries.isEmpty && siege.gateway.establishedSAs.isEmpty)
        #expect(siege.footprint.halfOpen == 0)
        #expect(siege.aftermath() == Siege.empty)
        #expect(siege.servesTheHonestPeer())
    }

    @Test func aProofThatIsNoneIsRefused() throws {
        try expectRefusal(.authenticationFailed) { peer in
            [
                .initiatorID(peer.identity),
                .authentication(try peer.proof(peer.identity, key: "no horse")),
            ] + peer.childPayloads()
        }
        for data: [UInt8] in [
            [], [1], [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 5000),
        ] {
            try expectRefusal(.authenticationFailed) { peer in
                [
                    .initiatorID(peer.identity),
                    .authentication(Authentication(method: .sharedKey, data: data)),
                ] + peer.childPayloads()
            }
        }
    }

    @Test func aTruncatedProofIsRefused() throws {
        try expectRefusal(.authenticationFailed) { peer in
            let proof = try peer.proof(peer.identity)
            return [
                .initiatorID(peer.identity),
                .authentication(
                    Authentication(method: .sharedKey, data: [UInt8](proof.data.dropLast()))),
            ] + peer.childPayloads()
        }
    }

    @Test func aProofByAnotherMethodIsRefused() throws {
        for method in UInt8(0)...15 where method != AuthenticationMethod.sharedKey.rawValue {
            try expectRefusal(.authenticationFailed) { peer in
                [
                    .initiatorID(peer.identity),
                    .authentication(
                        Authentication(
                            method: AuthenticationMethod(rawValue: method),
                            data: try peer.proof(peer.identity).data)),
                ] + peer.childPayloads()
            }
        }
    }

    @Test func anotherIdentityThanTheRulesIsRefused() throws {
        for identity in [
            Identification(ip("10.9.0.1")), Identification(ip("2001:db8::1")),
            Identification(type: .fqdn, data: []),
            Identification(type: .fqdn, data: [0, 0x1B, 0x5B, 0xFF, 0x0A]),
            Identification(type: .fqdn, data: [UInt8](repeating: 0x41, count: 60000)),
            Identification(type: IdentificationType(rawValue: 0), data: [1]),
            Identification(type: IdentificationType(rawValue: 255), data: [1]),
            Identification(type: .derDN, data: [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]),
        ] {
            try expectRefusal(.authenticationFailed) { peer in
                [.initiatorID(identity), .authentication(try peer.proof(identity))]
                    + peer.childPayloads()
            }
        }
    }

    @Test func whatAPeerCallsItselfReachesTheLogEscapedAndShort() throws {
        let (siege, peer) = try begun()
        let identity = Identification(
            type: .fqdn, data: [0x1B, 0x5B, 0x0A, 0xFF] + [UInt8](repeating: 0x42, count: 60000))
        _ = try peer.ask(
            [.initiatorID(identity), .authentication(try peer.proof(identity))]
                + peer.childPayloads(), .ikeAuth, 1)
        #expect(siege.lines.allSatisfy { $0.utf8.count < 1000 })
        #expect(siege.lines.allSatisfy { $0.utf8.allSatisfy { (0x20..<0x7F).contains($0) } })
        #expect(siege.lines.contains { $0.contains("\\x1b[\\x0a\\xff") })
    }

    @Test func anIdentityForWhichNobodyStandsIsRefused() throws {
        try expectRefusal(.authenticationFailed) { peer in
            try peer.authPayloads() + [.responderID(Identification(ip("10.9.0.1")))]
        }
    }

    @Test func payloadsThatAreMissingOrThereTwiceEndTheSA() throws {
        for index in 0..<5 {
            try expectRefusal(.invalidSyntax) { peer in
                var payloads = try peer.authPayloads()
                payloads.remove(at: index)
                return payloads
            }
            try expectRefusal(.invalidSyntax) { peer in
                let payloads = try peer.authPayloads()
                return payloads + [payloads[index]]
            }
        }
    }

    @Test func aCriticalPayloadThatIsNotUnderstoodEndsTheSA() throws {
        let (siege, peer) = try begun()
        var chain: [UInt8] = []
        PayloadChain.encode(try peer.authPayloads(), to: &chain)
        let octets = try peer.seal(
            chain: rawPayload(next: 35, critical: true, [1]) + chain,
            first: PayloadType(rawValue: 200), peer.header(.ikeAuth, 1))
        let answer = try peer.open(try #require(peer.send(octets).first)).payloads
        #expect(answer == [.notify(Notify(.unsupportedCriticalPayload, data: [200]))])
        // RFC 7296 §2.21.2: the IKE SA is not created.
        #expect(try peer.ask(try peer.authPayloads(), .ikeAuth, 2) == nil)
        #expect(siege.footprint.entries.isEmpty && siege.footprint.halfOpen == 0)
        #expect(siege.aftermath() == Siege.empty)
    }

    @Test(arguments: [ExchangeType.informational, .createChildSA, ExchangeType(rawValue: 240)])
    func anotherExchangeBeforeIKEAuthEndsTheSA(exchange: ExchangeType) throws {
        let (siege, peer) = try begun()
        let payloads = [.nonce(peer.initiatorNonce)] + peer.childPayloads()
        #expect(try peer.ask(payloads, exchange, 1)?.notifies == [.invalidSyntax])
        #expect(try peer.ask(try peer.authPayloads(), .ikeAuth, 2) == nil)
        #expect(siege.footprint.entries.isEmpty && siege.footprint.halfOpen == 0)
        #expect(siege.aftermath() == Siege.empty)
        #expect(siege.servesTheHonestPeer())
    }

    /// An SA that has ended repeats its last answer and says nothing else.
    @Test func afterARefusalNothingMoreIsAnsweredOrLogged() throws {
        let (siege, peer) = try begun()
        let refused = try peer.seal([.initiatorID(peer.identity)], .ikeAuth, 1)
        let answer = peer.send(refused)
        #expect(answer.count == 1)
        let logged = siege.lines.count
        for messageID in UInt32(2)..<100 {
            #expect(try peer.ask(try peer.authPayloads(), .ikeAuth, messageID) == nil)
            #expect(try peer.ask([], .informational, messageID) == nil)
        }
        #expect(peer.send(refused) == answer)
        #expect(siege.lines.count <= logged + 1)
        #expect(siege.aftermath() == Siege.empty)
    }

    /// Whoever has no key to prove himself by may not fill the log.
    @Test func aStrangerWhoKeepsFailingIsLoggedOnce() throws {
        let siege = try Siege()
        for spi in UInt64(1)...50 {
            let peer = try HandMadePeer(siege, spi: spi)
            #expect(try peer.begin())
            switch spi % 3 {
            case 0: _ = try peer.ask([.initiatorID(peer.identity)], .ikeAuth, 1)
            case 1:
                _ = try peer.ask(
                    [
                        .initiatorID(peer.identity),
                        .authentication(try peer.proof(peer.identity, key: "x")),
                    ] + peer.childPayloads(), .ikeAuth, 1)
            default:
                peer.send(
                    try peer.seal(chain: [1], first: .notify, peer.header(.ikeAuth, 1)))
            }
        }
        #expect(siege.lines.count <= 4, "\(siege.lines)")
        #expect(siege.footprint.halfOpen == 0)
        #expect(siege.servesTheHonestPeer())
    }

    /// What has ended may move with its peer, and still leaves nothing behind.
    @Test func anEndedSAThatMovesIsForgottenEntirely() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        let behindNAT = Payload.notify(
            Notify(.natDetectionSourceIP, data: [UInt8](repeating: 1, count: 20)))
        #expect(try peer.begin(peer.saInitPayloads + [behindNAT]))
        #expect(try peer.ask([], .informational, 1)?.notifies == [.invalidSyntax])
        let elsewhere = SocketAddress(peer.here.address, port: 4500)
        peer.send(try peer.seal([], .informational, 2), from: elsewhere)
        #expect(siege.aftermath() == Siege.empty)
    }

    /// The address of IKE_SA_INIT chose the rule; IKE_AUTH may not come from one that the rule
    /// does not cover.
    @Test func aRuleIsNotReachedFromAnAddressItDoesNotCover() throws {
        let (siege, peer) = try begun()
        let stranger = SocketAddress(ip("10.9.0.200"), port: 4500)
        let identity = Identification(stranger.address)
        peer.send(
            try peer.seal(
                [.initiatorID(identity), .authentication(try peer.proof(identity))]
                    + peer.childPayloads(), .ikeAuth, 1), from: stranger)
        #expect(siege.footprint.entries.isEmpty && siege.gateway.establishedSAs.isEmpty)
        #expect(siege.aftermath() == Siege.empty)
    }

    @Test func ikeAuthAgainAfterTheSAStandsMakesNoSecondOne() throws {
        let (siege, peer) = try begun()
        #expect(try peer.ask(try peer.authPayloads(), .ikeAuth, 1) != nil)
        #expect(siege.footprint.entries.count == 2)
        let answer = try peer.ask(try peer.authPayloads(spi: 0xC0FF_EE02), .ikeAuth, 2)
        #expect(answer?.notifies == [.invalidSyntax])
        // That answer is fatal at both ends (RFC 7296 §2.21.3).
        #expect(siege.footprint.entries.isEmpty)
        #expect(siege.aftermath() == Siege.empty)
    }

    @Test func responsesThatNobodyAskedForAreDropped() throws {
        let (siege, peer) = try begun()
        func expectNothing() throws {
            let before = siege.footprint
            for exchange: ExchangeType in [.ikeAuth, .createChildSA, .informational] {
                for messageID: UInt32 in [0, 1, 2, .max] {
                    let octets = try peer.seal(
                        [.delete(.ikeSA)], exchange, messageID, isResponse: true)
                    #expect(peer.send(octets).isEmpty)
                }
            }
            #expect(siege.footprint == before)
        }
        try expectNothing()
        #expect(try peer.ask(try peer.authPayloads(), .ikeAuth, 1) != nil)
        try expectNothing()
        #expect(siege.lines.count <= 4)
    }

    @Test func aResponderWhoProvesNothingIsToldAndForgotten() throws {
        for key in ["wrong", ""] {
            let siege = try Siege()
            let peer = try HandMadePeer(siege, .responder)
            try peer.takeRequest(siege.provoke())
            _ = try peer.answer()
            let told = peer.send(
                try peer.seal(
                    [
                        .responderID(peer.identity),
                        .authentication(try peer.proof(peer.identity, key: key)),
                    ] + peer.childPayloads(), .ikeAuth, 1, isResponse: true))
            let message = try peer.open(try #require(told.first))
            #expect(message.header.exchange == .informational && !message.header.isResponse)
            #expect(message.payloads.notifies == [.authenticationFailed])
            #expect(message.payloads.contains(.delete(.ikeSA)))
            #expect(siege.footprint.entries.isEmpty && siege.gateway.establishedSAs.isEmpty)
            #expect(siege.aftermath() == Siege.empty)
        }
    }

    @Test func requestsOfAResponderWhoHasProvedNothingGetNowhere() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege, .responder)
        try peer.takeRequest(siege.provoke())
        _ = try peer.answer()
        let logged = siege.lines.count
        for messageID in UInt32(0)..<50 {
            let payloads = [.nonce(peer.initiatorNonce)] + peer.childPayloads()
            peer.send(try peer.seal(payloads, .createChildSA, messageID))
            peer.send(try peer.seal([.delete(.ikeSA)], .informational, messageID))
        }
        #expect(siege.footprint.entries.isEmpty && siege.gateway.establishedSAs.isEmpty)
        #expect(siege.lines.count <= logged + 2)
        #expect(siege.aftermath() == Siege.empty)
    }
}
