import Crypto
import Net
import Testing
import Wire

@testable import IKE

/// IKE_SA_INIT requests that a stranger makes up.
@Suite struct HostileSAInitTests {
    /// Replaces the payloads of an honest request that have the type of `payload`.
    private func request(_ peer: HandMadePeer, with payload: Payload) -> [UInt8] {
        peer.saInit(peer.saInitPayloads.map { $0.type == payload.type ? payload : $0 })
    }

    private func refusal(_ answer: [UInt8]?) throws -> [NotifyType] {
        guard let answer else { return [] }
        let message = try Message(decoding: answer.span)
        #expect(message.header.isResponse && !message.header.isFromInitiator)
        #expect(message.header.responderSPI == .zero)
        return message.payloads.notifies
    }

    // p of RFC 3526 §3, from which the values around it are made.
    private static func prime() throws -> [UInt8] {
        let text = """
            FFFFFFFF FFFFFFFF C90FDAA2 2168C234 C4C6628B 80DC1CD1
            29024E08 8A67CC74 020BBEA6 3B139B22 514A0879 8E3404DD
            EF9519B3 CD3A431B 302B0A6D F25F1437 4FE1356D 6D51C245
            E485B576 625E7EC6 F44C42E9 A637ED6B 0BFF5CB6 F406B7ED
            EE386BFB 5A899FA5 AE9F2411 7C4B1FE6 49286651 ECE45B3D
            C2007CB8 A163BF05 98DA4836 1C55D39A 69163FA8 FD24CF5F
            83655D23 DCA3AD96 1C62F356 208552BB 9ED52907 7096966D
            670C354E 4ABC9804 F1746C08 CA18217C 32905E46 2E36CE3B
            E39E772C 180E8603 9B2783A2 EC07A28F B5C55DF0 6F4C52C9
            DE2BCBF6 95581718 3995497C EA956AE5 15D22618 98FA0510
            15728E5A 8AACAA68 FFFFFFFF FFFFFFFF
            """
        let digits = text.compactMap { $0.hexDigitValue }
        #expect(digits.count == 512)
        return stride(from: 0, to: 512, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private func badValues(_ method: KeyExchangeMethod) throws -> [[UInt8]] {
        let length = try #require(KeyPair.publicValueLength(method))
        var values = [
            [], [1], [UInt8](repeating: 0, count: length),
            [UInt8](repeating: 0, count: length - 1) + [1],
            [UInt8](repeating: 0xAB, count: length - 1),
            [UInt8](repeating: 0xAB, count: length + 1), [UInt8](repeating: 2, count: 60000),
        ]
        switch method {
        case .modp2048:
            let p = try Self.prime()
            values += [p, p.dropLast() + [0xFE], [UInt8](repeating: 0xFF, count: length)]
        case .curve25519:
            // RFC 7748 §6.1: points of small order give a secret of zeros; these are u = 1,
            // p − 1, p and p + 1 with p = 2^255 − 19.
            values.append([1] + [UInt8](repeating: 0, count: 31))
            for low: UInt8 in [0xEC, 0xED, 0xEE] {
                values.append([low] + [UInt8](repeating: 0xFF, count: 30) + [0x7F])
            }
            // 0 and 1 as numbers are in the list above in network order, which X25519 is not.
            values.removeAll { $0.count == 32 && $0.first == 0 && $0.last == 1 }
        default:
            // Off the curve, and coordinates above the prime.
            values.append([UInt8](repeating: 1, count: length))
            values.append([UInt8](repeating: 0xFF, count: length))
        }
        return values
    }

    @Test(arguments: [KeyExchangeMethod.modp2048, .ecp256, .curve25519])
    func aPublicValueOutsideTheGroupLeavesNothing(method: KeyExchangeMethod) throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege, suite: HandMadePeer.Suite(method: method))
        for value in try badValues(method) {
            let answers = peer.send(
                request(peer, with: .keyExchange(KeyExchange(method: method, value: value))))
            let notifies = try refusal(answers.first)
            #expect(
                notifies.allSatisfy { $0.isError }, "\(method.name): \(value.count) octets taken")
            #expect(siege.footprint == Siege.empty, "\(method.name): \(value.prefix(4))")
        }
        #expect(siege.gateway.engine.nextDeadline == nil)
        #expect(siege.lines.count <= 2)
        #expect(try peer.establish())
        #expect(siege.servesTheHonestPeer())
    }

    @Test func aGroupThatIsNotTheOneChosenIsAskedFor() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        for method: KeyExchangeMethod in [.ecp256, .none, KeyExchangeMethod(rawValue: 0xFFFF)] {
            let answer = peer.send(
                request(
                    peer, with: .keyExchange(KeyExchange(method: method, value: [1, 2, 3]))))
            let octets = try #require(answer.first)
            let message = try Message(decoding: octets.span)
            guard case .notify(let notify)? = message.payloads.first else {
                Issue.record("the answer is \(message)")
                continue
            }
            #expect(notify.type == .invalidKEPayload)
            #expect(notify.data == bigEndian(KeyExchangeMethod.curve25519.rawValue))
        }
        #expect(siege.footprint == Siege.empty)
        #expect(siege.lines.count == 1)
    }

    @Test func aPeerThatNeverTakesTheGroupAskedForKeepsNothingHere() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        let wrong = request(
            peer,
            with: .keyExchange(
                KeyExchange(method: .ecp256, value: [UInt8](repeating: 4, count: 64))))
        for _ in 0..<100 {
            #expect(try refusal(peer.send(wrong).first) == [.invalidKEPayload])
        }
        #expect(siege.footprint == Siege.empty)
        #expect(siege.lines.count == 1)
        #expect(siege.servesTheHonestPeer())
    }

    @Test func noncesOfAWrongLengthAreRefused() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        for length in [0, 1, 15, 257, 3000] {
            let answers = peer.send(
                request(peer, with: .nonce([UInt8](repeating: 1, count: length))))
            #expect(try refusal(answers.first) == [.invalidSyntax], "\(length)")
        }
        #expect(siege.footprint == Siege.empty)
        for (index, length) in [16, 256].enumerated() {
            let other = try HandMadePeer(siege, spi: UInt64(index) + 1)
            other.initiatorNonce = [UInt8](repeating: 1, count: length)
            #expect(try other.establish(spi: 0xC0FF_EE01 + UInt32(index)))
        }
    }

    @Test func payloadsThatAreMissingOrThereTwiceAreNamed() throws {
        let siege = try Siege(settings: Engine.Settings(debug: .op))
        let peer = try HandMadePeer(siege)
        let honest = peer.saInitPayloads
        for index in honest.indices {
            var without = honest
            without.remove(at: index)
            #expect(try refusal(peer.send(peer.saInit(without)).first) == [.invalidSyntax])
            let twice = honest + [honest[index]]
            #expect(try refusal(peer.send(peer.saInit(twice)).first) == [.invalidSyntax])
        }
        #expect(siege.footprint == Siege.empty)
        #expect(siege.lines.count == 1)
        #expect(siege.gateway.logText.contains("IKE_SA_INIT request lacks SA"))
        #expect(try refusal(peer.send(peer.saInit([])).first) == [.invalidSyntax])
    }

    @Test func unknownPayloadsArePassedOverUnlessTheyAreCritical() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        var chain: [UInt8] = []
        PayloadChain.encode(peer.saInitPayloads, to: &chain)
        func message(_ first: UInt8, _ critical: Bool) -> [UInt8] {
            let unknown = rawPayload(next: 33, critical: critical, [1, 2, 3])
            var octets = [UInt8](peer.saInit().prefix(28))
            octets[16] = first
            octets.replaceSubrange(
                24..<28, with: bigEndian(UInt32(28 + unknown.count + chain.count)))
            return octets + unknown + chain
        }
        for type: UInt8 in [1, 13, 32, 49, 60, 200, 255] {
            let octets = try #require(peer.send(message(type, true)).first)
            let answer = try Message(decoding: octets.span)
            guard case .notify(let notify)? = answer.payloads.first else {
                Issue.record("the answer is \(answer)")
                continue
            }
            #expect(notify.type == .unsupportedCriticalPayload && notify.data == [type])
        }
        #expect(siege.footprint == Siege.empty)
        for type: UInt8 in [1, 13, 32, 49, 60, 200, 255] {
            var octets = message(type, false)
            octets[7] = type
            #expect(peer.send(octets).first.map { $0.count > 100 } == true, "type \(type)")
        }
        #expect(siege.footprint.halfOpen == 7)
    }

    @Test func proposalsThatCannotBeChosenAreRefused() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        let good = peer.suite.proposal.transforms
        let unknown = Transform(type: TransformType(rawValue: 77), id: 1)
        var lists: [[Transform]] = good.indices.map { index in
            var without = good
            without.remove(at: index)
            return without
        }
        lists += [
            [], good + [unknown],
            good.map { $0.type == .encryption ? .encryption(.aesGCM16) : $0 },
            good.map { $0.type == .encryption ? .encryption(.aesGCM16, keyLength: 255) : $0 },
            good.map { $0.type == .keyExchange ? .keyExchange(.none) : $0 },
            good + [.integrity(.hmacSHA256_128)],
        ]
        for transforms in lists {
            let proposal = Proposal(number: 1, protocol: .ike, spi: [], transforms: transforms)
            let answers = peer.send(request(peer, with: .securityAssociation([proposal])))
            #expect(
                try refusal(answers.first) == [.noProposalChosen], "\(proposal)")
        }
        for number in [UInt8(2), 3, 4] {
            let proposal = Proposal(
                number: 1, protocol: SecurityProtocol(rawValue: number), spi: [1, 2, 3, 4],
                transforms: good)
            let answers = peer.send(request(peer, with: .securityAssociation([proposal])))
            #expect(try refusal(answers.first) == [.noProposalChosen])
        }
        #expect(siege.footprint == Siege.empty)
        #expect(siege.lines.count == 1)
    }

    @Test func aRefusalOfManyProposalsIsALineThatCanBeRead() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        let transforms = (0..<4).map { Transform(type: .encryption, id: UInt16($0) + 1000) }
        let proposals = (1...80).map {
            Proposal(number: UInt8($0), protocol: .ike, spi: [], transforms: transforms)
        }
        let answers = peer.send(request(peer, with: .securityAssociation(proposals)))
        #expect(try refusal(answers.first).first?.isError == true)
        #expect(siege.footprint == Siege.empty)
        #expect(siege.lines.allSatisfy { $0.utf8.count < 4096 })
    }

    /// What is half open keeps the request, because AUTH covers it.
    @Test func aRequestIsNotKeptThatIsLargerThanAnyHonestOne() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        let padding = Payload.vendorID([UInt8](repeating: 0, count: 60000))
        #expect(try refusal(peer.send(peer.saInit(peer.saInitPayloads + [padding])).first) == [])
        #expect(siege.footprint == Siege.empty)
        // RFC 7296 §2 wants messages of 3000 octets taken.
        let large = Payload.vendorID([UInt8](repeating: 0, count: 2700))
        #expect(peer.send(peer.saInit(peer.saInitPayloads + [large])).count == 1)
        #expect(siege.footprint.halfOpen == 1)
    }

    @Test func anotherRequestWithTheSameSPIDisturbsNothing() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        #expect(try peer.begin())
        let answer = peer.response
        let other = request(peer, with: .nonce([UInt8](repeating: 9, count: 32)))
        #expect(peer.send(other).isEmpty)
        #expect(peer.send(peer.request) == [answer])
        #expect(try peer.ask(try peer.authPayloads(), .ikeAuth, 1) != nil)
        #expect(siege.footprint.entries.count == 2)
    }

    @Test func beginningsThatAreNeverContinuedAreForgotten() throws {
        let siege = try Siege()
        for spi in 1...200 {
            let peer = try HandMadePeer(siege, spi: UInt64(spi))
            peer.send(peer.saInit())
        }
        // From the ninth on, one who shows no cookie leaves no trace.
        #expect(siege.footprint.halfOpen == FrontDoor.Threshold.place)
        #expect(siege.servesTheHonestPeer())
        let left = siege.aftermath()
        #expect(left.halfOpen == 0 && left.ikeSAs == 1)
    }
}
