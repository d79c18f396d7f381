import Net
import Testing
import Wire

@testable import IKE

/// SK payloads that are damaged, and sealed ones that hold nonsense.
@Suite struct HostileSealedTests {
    private static let suites = [HandMadePeer.Suite.gcm, .cbc]
    /// One for each way to seal, with what ikev2.config(5) calls it.
    private static let everyWay: [(HandMadePeer.Suite, String)] = [
        (.gcm, "aes-gcm(256) prf_alg sha256"), (.cbc, "aes(256) auth_alg sha256"),
        (
            HandMadePeer.Suite(encryption: .aesCTR, integrity: .hmacSHA256_128),
            "aes-ctr(256) auth_alg sha256"
        ), (HandMadePeer.Suite(encryption: .aesCCM16), "aes-ccm(256) prf_alg sha256"),
        (
            HandMadePeer.Suite(encryption: .chacha20Poly1305, keyBits: nil),
            "chacha20-poly1305 prf_alg sha256"
        ),
        (
            HandMadePeer.Suite(encryption: .tripleDES, integrity: .hmacSHA1_96, keyBits: nil),
            "3des auth_alg sha1 prf_alg sha256"
        ),
    ]

    private func up(
        _ suite: HandMadePeer.Suite, algorithms: String = Siege.algorithms
    ) throws -> (Siege, HandMadePeer) {
        let siege = try Siege(algorithms: algorithms)
        let peer = try HandMadePeer(siege, suite: suite)
        #expect(try peer.establish())
        return (siege, peer)
    }

    /// No octet of an IKE_AUTH request may be changed; and those that were do no harm.
    @Test func aFlippedBitAnywhereInIKEAuthHasNoEffect() throws {
        for suite in Self.suites {
            let siege = try Siege()
            let peer = try HandMadePeer(siege, suite: suite)
            #expect(try peer.begin())
            let genuine = try peer.seal(try peer.authPayloads(), .ikeAuth, 1)
            let before = siege.footprint
            let logged = siege.lines.count
            for index in genuine.indices {
                // Reserved flags and the minor version are ignored, but authenticated.
                var octets = genuine
                octets[index] ^= 1 << UInt8(index % 8)
                let answers = peer.send(octets)
                // Another major version and IKE_SA_INIT may be answered, in clear.
                if !answers.isEmpty {
                    #expect(index == 17 || index == 18, "octet \(index) is answered")
                }
            }
            #expect(siege.footprint == before)
            #expect(siege.lines.count <= logged + 4, "\(siege.lines[logged...])")
            #expect(peer.send(genuine).count == 1)
            #expect(siege.footprint.entries.count == 2)
        }
    }

    @Test func aFlippedBitAnywhereInAnInformationalHasNoEffect() throws {
        for (suite, text) in Self.everyWay {
            let (siege, peer) = try up(
                suite, algorithms: "ikesa_xform { encr_alg \(text) dh_group 31 }")
            let genuine = try peer.seal([.delete(.ikeSA)], .informational, 2)
            let before = siege.footprint
            for index in genuine.indices {
                for bit in 0..<8 {
                    var octets = genuine
                    octets[index] ^= 1 << UInt8(bit)
                    let answers = peer.send(octets)
                    if !answers.isEmpty {
                        #expect(index == 17 || index == 18, "octet \(index) is answered")
                    }
                }
            }
            #expect(siege.footprint == before)
            #expect(peer.send(genuine).count == 1)
            #expect(siege.footprint.entries.isEmpty)
            #expect(siege.servesTheHonestPeer())
        }
    }

    /// The same of answers, for which we wait: the genuine one still comes.
    @Test func aFlippedBitAnywhereInAnAnswerHasNoEffect() throws {
        for suite in Self.suites {
            let siege = try Siege()
            let peer = try HandMadePeer(siege, .responder, suite: suite)
            try peer.takeRequest(siege.provoke())
            let request = try #require(try peer.answer().first)
            let genuine = try peer.seal(try peer.authPayloads(), .ikeAuth, 1, isResponse: true)
            for index in genuine.indices {
                var octets = genuine
                octets[index] ^= 1 << UInt8(index % 8)
                // Time passes, so that our request comes again now and then.
                for answer in peer.send(octets) where answer != request {
                    // What is no answer any more may be answered, in clear.
                    let message = try Message(decoding: answer.span)
                    #expect(message.sealed == nil && index < 28, "octet \(index)")
                }
            }
            #expect(siege.footprint.ikeSAs == 1 && siege.footprint.entries.isEmpty)
            peer.send(genuine)
            #expect(siege.footprint.entries.count == 2)
            #expect(siege.gateway.establishedSAs.count == 1)
        }
    }

    /// Under AES-CBC, with the right checksum: no text at all, and texts that are no blocks. Nothing
    /// is decrypted, and nobody answers.
    @Test func anAuthenticTextThatIsNoBlocksIsDropped() throws {
        let (siege, peer) = try up(.cbc)
        let keys = try #require(peer.keys)
        let before = siege.footprint
        for length in [0, 1, 15, 17, 31, 33] {
            let header = peer.header(.informational, 2)
            let body = 16 + length + 16
            var octets = header.initiatorSPI.octets + header.responderSPI.octets
            octets += [46, 0x20, 37, 0x08] + bigEndian(UInt32(2))
            octets += bigEndian(UInt32(32 + body)) + [42, 0] + bigEndian(UInt16(4 + body))
            octets += [UInt8](repeating: 7, count: 16 + length)
            // AUTH_HMAC_SHA2_256_128 (RFC 4868 §2.1.2), whose hash is that of the PRF.
            let code = try peer.primitives.prf(
                keys.prf, key: .secret(keys.ai), .open(octets))
            #expect(peer.send(octets + code.revealed().prefix(16)).isEmpty, "\(length)")
        }
        #expect(siege.footprint == before)
        // The checksum was right indeed: an honest message has it.
        let honest = try peer.seal([], .informational, 2)
        let code = try peer.primitives.prf(
            keys.prf, key: .secret(keys.ai), .open([UInt8](honest.dropLast(16))))
        #expect(honest.suffix(16) == code.revealed().prefix(16))
        #expect(peer.send(honest).count == 1)
    }

    @Test func anSKPayloadOfEveryLengthIsSafe() throws {
        for suite in Self.suites {
            let (siege, peer) = try up(suite)
            let before = siege.footprint
            let header = peer.header(.informational, 2)
            for length in 0..<80 {
                var octets = header.initiatorSPI.octets + header.responderSPI.octets
                octets += [46, 0x20, 37, 0x08] + bigEndian(UInt32(2))
                octets += bigEndian(UInt32(32 + length))
                octets += rawPayload([UInt8](repeating: 7, count: length))
                #expect(peer.send(octets).isEmpty)
            }
            #expect(siege.footprint == before)
            #expect(siege.servesTheHonestPeer())
        }
    }

    @Test func nothingSealedIsNothingAuthentic() throws {
        let (siege, peer) = try up(.gcm)
        let before = siege.footprint
        let header = peer.header(.informational, 2)
        let inClear = Message(header: header, payloads: [.delete(.ikeSA)]).encoded()
        #expect(peer.send(inClear).isEmpty)
        #expect(peer.send(Message(header: header, payloads: []).encoded()).isEmpty)
        // A fragment, which nobody agreed on.
        var fragment = try peer.seal([], .informational, 2)
        fragment[16] = PayloadType.encryptedFragment.rawValue
        #expect(peer.send(fragment).isEmpty)
        #expect(siege.footprint == before)
        #expect(siege.lines.filter { $0.contains("nothing in it is sealed") }.count == 1)
    }

    /// What is authentic and cannot be read ends the SA at both ends (RFC 7296 §2.21.3).
    @Test func sealedNonsenseIsAnsweredAndEndsTheSA() throws {
        let notify = rawPayload([0, 0, 0x40, 0])
        let cases: [(first: UInt8, chain: [UInt8])] = [
            (41, []), (41, [0]), (41, [0, 0, 0]), (41, rawPayload([], length: 0)),
            (41, rawPayload([], length: 3)), (41, rawPayload([0, 0, 0x40, 0], length: 9)),
            (41, rawPayload([0, 0, 0x40, 0], length: 0xFFFF)), (0, [1, 2, 3, 4]),
            (46, rawPayload([UInt8](repeating: 0, count: 40))),
            (53, rawPayload([UInt8](repeating: 0, count: 40))),
            (41, rawPayload(next: 41, [0, 0, 0x40, 0])),
            (41, (0..<101).flatMap { _ in rawPayload(next: 41, [0, 0, 0x40, 0]) } + notify),
            (42, rawPayload([0, 0, 0, 0])), (42, rawPayload([3, 4, 0, 9, 1, 2, 3, 4])),
            (42, rawPayload([1, 8, 0, 1] + [UInt8](repeating: 1, count: 8))),
            (44, rawPayload([0, 0, 0, 0])), (33, rawPayload([])), (40, rawPayload([1])),
        ]
        for suite in Self.suites {
            for (first, chain) in cases {
                let (siege, peer) = try up(suite)
                let octets = try peer.seal(
                    chain: chain, first: PayloadType(rawValue: first),
                    peer.header(.informational, 2))
                let answer = try #require(peer.send(octets).first, "\(first): \(chain)")
                #expect(try peer.open(answer).payloads.notifies == [.invalidSyntax])
                #expect(siege.footprint.entries.isEmpty)
                #expect(siege.gateway.establishedSAs.isEmpty)
                // Lost, the answer comes again; and nothing else does.
                #expect(peer.send(octets) == [answer])
                #expect(siege.aftermath() == Siege.empty)
            }
        }
    }

    @Test func paddingThatExceedsTheTextEndsTheSA() throws {
        for suite in Self.suites {
            for padding: UInt8 in [16, 17, 255] {
                let (siege, peer) = try up(suite)
                let text = [UInt8](repeating: 0, count: 15) + [padding]
                let octets = try peer.seal(
                    text: text, first: .none, peer.header(.informational, 2))
                let answer = try #require(peer.send(octets).first)
                #expect(try peer.open(answer).payloads.notifies == [.invalidSyntax])
                #expect(siege.aftermath() == Siege.empty)
            }
        }
    }

    @Test func anyPaddingThatFitsIsTaken() throws {
        let (siege, peer) = try up(.gcm)
        let text = [UInt8](repeating: 0xEE, count: 255) + [255]
        let octets = try peer.seal(text: text, first: .none, peer.header(.informational, 2))
        #expect(try peer.open(try #require(peer.send(octets).first)).payloads.isEmpty)
        #expect(siege.footprint.entries.count == 2)
    }

    @Test func unknownPayloadsInsideArePassedOverUnlessTheyAreCritical() throws {
        let (siege, peer) = try up(.gcm)
        let before = siege.footprint
        var messageID: UInt32 = 2
        for type: UInt8 in [1, 32, 49, 54, 200, 255] {
            for isCritical in [false, true] {
                let octets = try peer.seal(
                    chain: rawPayload(critical: isCritical, [1, 2]),
                    first: PayloadType(rawValue: type), peer.header(.informational, messageID))
                messageID += 1
                let payloads = try peer.open(try #require(peer.send(octets).first)).payloads
                if isCritical {
                    #expect(
                        payloads == [.notify(Notify(.unsupportedCriticalPayload, data: [type]))])
                } else {
                    #expect(payloads.isEmpty)
                }
            }
        }
        #expect(siege.footprint == before)
    }

    @Test func payloadsInClearBesideSKHaveNoEffect() throws {
        for suite in Self.suites {
            let (siege, peer) = try up(suite)
            let before = siege.footprint
            let delete = rawPayload(next: 46, [1, 0, 0, 0])
            let octets = try peer.seal(
                text: [UInt8](repeating: 0, count: 15) + [15], first: .none,
                peer.header(.informational, 2), outer: delete, outerFirst: .delete)
            #expect(try peer.open(try #require(peer.send(octets).first)).payloads.isEmpty)
            #expect(siege.footprint == before)
        }
    }

    @Test func anAnswerThatCannotBeReadEndsTheSAAndLeavesNothing() throws {
        for chain in [[UInt8(0)], rawPayload([], length: 2)] {
            let siege = try Siege(globals: "dpd_interval_secs 30\n")
            let peer = try HandMadePeer(siege)
            #expect(try peer.establish())
            let sent = siege.simulation.sent.count
            siege.gateway.kernel.carry(reqid: 6)
            siege.simulation.run(for: .seconds(31))
            #expect(siege.simulation.sent.count > sent)
            let probe = try peer.open(peer.lastReceived)
            #expect(probe.header.exchange == .informational && !probe.header.isResponse)
            let answer = try peer.seal(
                chain: chain, first: .notify,
                peer.header(.informational, probe.header.messageID, isResponse: true))
            peer.send(answer)
            #expect(siege.footprint == Siege.empty)
            #expect(siege.gateway.engine.nextDeadline == nil)
        }
    }
}
