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

    // MARK: SA payloads laid by hand

    /// PRF_HMAC_SHA2_256 and CURVE25519.
    private var rest: [[UInt8]] { [rawTransform(2, 5), rawTransform(4, 31, isLast: true)] }

    @Test func aKeyLengthThatIsDoubledOrOddIsNotTaken() throws {
        let bits: [UInt8] = [0x80, 14, 1, 0]
        for attributes: [UInt8] in [
            [], bits + bits, [0x80, 14, 0, 0], [0x80, 14, 0, 255], [0x80, 14, 0xFF, 0xFF],
            // In the long format, which key lengths do not have, beside an attribute that nobody
            // knows, and one of no length.
            [0, 14, 0, 2, 1, 0], bits + [0x80, 99, 0, 1], [0, 14, 0, 0],
        ] {
            let siege = try Siege()
            let peer = try HandMadePeer(siege)
            let odd = rawTransform(1, 20, attributes)
            let answer = peer.send(peer.saInit(proposals: rawProposal([odd] + rest)))
            #expect(try refusal(answer.first) == [.noProposalChosen], "\(attributes)")
            #expect(siege.footprint == Siege.empty)
            // Beside a transform that can be taken, it is passed over (§3.3.6).
            let both = peer.send(
                peer.saInit(proposals: rawProposal([odd, rawTransform(1, 20, bits)] + rest)))
            let octets = try #require(both.first)
            #expect(
                try Message(decoding: octets.span).payloads.first
                    == .securityAssociation([peer.suite.proposal]))
        }
    }

    @Test func lengthsAndCountsThatLieAreInvalidSyntax() throws {
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        let good = [rawTransform(1, 20, [0x80, 14, 1, 0])] + rest
        for body in [
            [], rawProposal(good, length: 0), rawProposal(good, length: 7),
            rawProposal(good, length: 999),
            rawProposal(good, count: 0), rawProposal(good, count: 2), rawProposal(good, count: 4),
            rawProposal(good, count: 255), rawProposal(good, isLast: false),
            rawProposal(good) + rawProposal(good), rawProposal(good, spi: [1]),
            rawProposal(good, spi: [1, 2, 3, 4]), rawProposal(good, spiLength: 255),
            rawProposal(good, spi: [UInt8](repeating: 1, count: 255)),
            rawProposal([rawTransform(1, 20, length: 0)] + rest),
            rawProposal([rawTransform(1, 20, length: 7)] + rest),
            rawProposal([rawTransform(1, 20, [0x80, 14, 1])] + rest),
            rawProposal([rawTransform(1, 20, [0, 14, 0xFF, 0xFF])] + rest),
        ] {
            let answer = peer.send(peer.saInit(proposals: body))
            #expect(try refusal(answer.first) == [.invalidSyntax], "\(body)")
        }
        #expect(siege.footprint == Siege.empty)
        #expect(siege.lines.count == 1)
        #expect(peer.send(peer.saInit(proposals: rawProposal(good))).count == 1)
        #expect(siege.footprint.halfOpen == 1)
    }

    /// Numbers that come twice, no key exchange beside one, and what nobody knows in between: the
    /// first proposal that can be taken is.
    @Test func oddProposalsBeforeAGoodOneArePassedOver() throws {
        let bits: [UInt8] = [0x80, 14, 1, 0]
        let good = [
            rawTransform(1, 20, bits), rawTransform(2, 5), rawTransform(4, 0),
            rawTransform(4, 31, isLast: true),
        ]
        let odd: [[[UInt8]]] = [
            [], [rawTransform(4, 31, isLast: true)],
            [rawTransform(1, 20, bits), rawTransform(2, 5), rawTransform(4, 0, isLast: true)],
            [rawTransform(1, 20, bits), rawTransform(77, 1)] + rest,
            [rawTransform(1, 20, bits), rawTransform(3, 12)] + rest,
        ]
        let siege = try Siege()
        let peer = try HandMadePeer(siege)
        let body = odd.flatMap { rawProposal($0, isLast: false) } + rawProposal(good, number: 1)
        let octets = try #require(peer.send(peer.saInit(proposals: body)).first)
        #expect(
            try Message(decoding: octets.span).payloads.first
                == .securityAssociation([peer.suite.proposal]))
        #expect(siege.footprint.halfOpen == 1)
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
