import Policy
import Testing
import Wire

@testable import IKE

/// Agreeing on an IKE SA's algorithms, against a search through every combination.
@Suite struct IKENegotiationTests {
    /// Every way to take one transform of each type (RFC 7296 §3.3).
    private func combinations(_ proposal: Proposal) -> [[Transform]] {
        var result: [[Transform]] = [[]]
        for type in Set(proposal.transforms.map { $0.type }) {
            let ofType = proposal.transforms.filter { $0.type == type && $0.isUnderstood }
            result = result.flatMap { taken in ofType.map { taken + [$0] } }
        }
        return result
    }

    /// Whether a combination is what a rule's transform allows, and the suite that it is.
    private func suite(_ taken: [Transform], _ wanted: IKETransform) -> IKESuite.ID? {
        let types: [TransformType] = [.encryption, .pseudorandomFunction, .integrity, .keyExchange]
        func id(_ type: TransformType) -> UInt16? { taken.first { $0.type == type }?.id }
        guard taken.allSatisfy({ types.contains($0.type) }),
            let cipher = taken.first(where: { $0.type == .encryption }),
            cipher.id == wanted.encryption.rawValue,
            wanted.keyLengths.isEmpty
                ? cipher.keyLength == nil
                : wanted.keyLengths.contains(where: { $0 == cipher.keyLength }),
            let prf = id(.pseudorandomFunction).map({ PseudorandomFunction(rawValue: $0) }),
            wanted.prfs.contains(prf), id(.keyExchange) == wanted.group.rawValue
        else { return nil }
        let integrity = id(.integrity).map { IntegrityAlgorithm(rawValue: $0) } ?? .none
        guard wanted.integrity.isEmpty ? integrity == .none : wanted.integrity.contains(integrity)
        else { return nil }
        return IKESuite.ID(
            encryption: wanted.encryption, keyBits: cipher.keyLength,
            integrity: integrity == .none ? nil : integrity, prf: prf, keyExchange: wanted.group)
    }

    /// How much a rule likes a suite that it allows: the lowest is best.
    private func rank(_ suite: IKESuite.ID, _ wanted: IKETransform) -> [Int] {
        [
            suite.keyBits.flatMap { wanted.keyLengths.firstIndex(of: $0) } ?? 0,
            suite.integrity.flatMap { wanted.integrity.firstIndex(of: $0) } ?? 0,
            wanted.prfs.firstIndex(of: suite.prf) ?? 0,
        ]
    }

    @Test func theChoiceIsTheBestThatASearchFinds() {
        var draw = AlgorithmDraw(seed: 21)
        var agreed = 0
        for _ in 0..<4000 {
            let acceptable = (0..<Int.random(in: 1...3, using: &draw.random)).map { _ in
                draw.ikeTransform()
            }
            let offered = (1...UInt8.random(in: 1...3, using: &draw.random)).map {
                draw.ikeProposal($0)
            }
            let choice = IKENegotiation.choose(offered: offered, acceptable: acceptable)
            var expected: IKENegotiation.Choice?
            search: for wanted in acceptable {
                for proposal in offered where proposal.protocol == .ike {
                    let suites = combinations(proposal).compactMap { suite($0, wanted) }
                    let best = suites.min {
                        rank($0, wanted).lexicographicallyPrecedes(rank($1, wanted))
                    }
                    if let best {
                        expected = IKENegotiation.Choice(number: proposal.number, suite: best)
                        break search
                    }
                }
            }
            #expect(choice == expected, "\(offered) against \(acceptable)")
            guard let choice else { continue }
            agreed += 1
            #expect(IKENegotiation.transform(for: choice.suite, among: acceptable) != nil)
        }
        #expect(agreed > 150)
    }

    /// What we propose, we choose; and what is chosen of it, we accept.
    @Test func bothEndsOfOneConfigurationAgree() throws {
        var draw = AlgorithmDraw(seed: 22)
        for _ in 0..<500 {
            let transforms = (0..<Int.random(in: 1...4, using: &draw.random)).map { _ in
                draw.ikeTransform()
            }
            let rule = Rule.with(ike: transforms)
            let proposals = IKENegotiation.proposals(for: transforms)
            #expect(proposals.map { $0.number } == (1...transforms.count).map { UInt8($0) })
            let choice = try #require(
                IKENegotiation.choose(offered: proposals, acceptable: transforms))
            guard let suite = IKESuite(choice.suite) else { continue }
            let answer = Proposal(
                number: choice.number, protocol: .ike, spi: [], transforms: suite.transforms)
            #expect(
                try IKENegotiation.accept(answer: [answer], rule: rule) == choice.suite)
            for index in answer.transforms.indices {
                var fewer = answer.transforms
                fewer.remove(at: index)
                let short = Proposal(
                    number: choice.number, protocol: .ike, spi: [], transforms: fewer)
                #expect(throws: Refusal.self) {
                    try IKENegotiation.accept(answer: [short], rule: rule)
                }
            }
            for answers in [[], [answer, answer]] {
                #expect(throws: Refusal.self) {
                    try IKENegotiation.accept(answer: answers, rule: rule)
                }
            }
        }
    }

    /// An answer is one transform of each type, all of them from one `ikesa_xform` of ours.
    @Test func anAnswerIsTakenOnlyIfItIsAmongWhatWasOffered() {
        var draw = AlgorithmDraw(seed: 23)
        var taken = 0
        var severalOfAType = 0
        for _ in 0..<6000 {
            let rule = Rule.with(
                ike: (0..<Int.random(in: 1...3, using: &draw.random)).map { _ in
                    draw.ikeTransform()
                })
            let answer = draw.answer(
                to: IKENegotiation.proposals(for: rule.ikeTransforms), orOf: draw.ikeProposal(1))
            let types = answer.transforms.map { $0.type }
            let suites = rule.ikeTransforms.flatMap { wanted in
                combinations(answer).compactMap { suite($0, wanted) }
            }
            let isOfOne = Set(types).count == types.count && answer.protocol == .ike
            if !isOfOne, !suites.isEmpty { severalOfAType += 1 }
            let accepted = try? IKENegotiation.accept(answer: [answer], rule: rule)
            #expect(accepted == (isOfOne ? suites.first : nil), "\(answer)")
            if accepted != nil { taken += 1 }
        }
        #expect(taken > 1000 && severalOfAType > 100)
    }

    // MARK: Cases worth a name

    private static let gcm: [Transform] = [
        .encryption(.aesGCM16, keyLength: 256), .prf(.hmacSHA256), .keyExchange(.curve25519),
    ]

    private func choose(_ lists: [Transform]..., numbers: [UInt8]? = nil)
        -> IKENegotiation.Choice?
    {
        let proposals = lists.enumerated().map { place, transforms in
            Proposal(
                number: numbers?[place] ?? UInt8(place + 1), protocol: .ike, spi: [],
                transforms: transforms)
        }
        return IKENegotiation.choose(
            offered: proposals, acceptable: [HandshakeFixture.transform])
    }

    @Test func theFirstAcceptableProposalIsChosen() {
        let weak = [Transform.encryption(.aesGCM16, keyLength: 128)] + Self.gcm.dropFirst()
        #expect(choose(weak, Self.gcm, Self.gcm)?.number == 2)
        // Numbers that come twice tell nothing apart, and harm nobody but who sent them.
        #expect(choose(weak, Self.gcm, numbers: [1, 1])?.suite == choose(Self.gcm)?.suite)
        #expect(choose(weak, Self.gcm, numbers: [255, 0])?.number == 0)
    }

    @Test func anAEADCipherIsTakenWithoutIntegrityOrWithNONE() {
        #expect(choose(Self.gcm)?.suite.integrity == nil)
        #expect(choose(Self.gcm + [.integrity(.none)])?.suite.integrity == nil)
        #expect(choose(Self.gcm + [.integrity(.none), .integrity(.hmacSHA1_96)]) != nil)
        #expect(choose(Self.gcm + [.integrity(.hmacSHA256_128)]) == nil)
    }

    @Test func noKeyExchangeIsNone() {
        let without = [Transform](Self.gcm.dropLast())
        #expect(choose(without) == nil)
        #expect(choose(without + [.keyExchange(.none)]) == nil)
        let mixed = without + [.keyExchange(.none), .keyExchange(.curve25519)]
        #expect(choose(mixed)?.suite.keyExchange == .curve25519)
    }

    /// As much as lengths of one octet can count. A search through every combination, or one that
    /// goes through all transforms for each of them, would not end within the limit.
    @Test(.timeLimit(.minutes(1))) func theLastOf255ProposalsOf255TransformsIsFound() {
        let strange: [Transform] = (0..<252).map { index in
            switch index % 4 {
            case 0: .encryption(.aesGCM16, keyLength: UInt16(index))
            case 1: .prf(PseudorandomFunction(rawValue: 1000 + UInt16(index)))
            case 2: .keyExchange(KeyExchangeMethod(rawValue: 1000 + UInt16(index)))
            default:
                Transform(type: .encryption, id: 20, keyLength: 256, isUnderstood: false)
            }
        }
        let offered = (1...255).map {
            Proposal(
                number: UInt8($0), protocol: .ike, spi: [],
                transforms: $0 == 255 ? strange + Self.gcm : strange)
        }
        let acceptable = [IKETransform](repeating: HandshakeFixture.transform, count: 16)
        let choice = IKENegotiation.choose(offered: offered, acceptable: acceptable)
        #expect(choice?.number == 255)
        #expect(choice?.suite == choose(Self.gcm)?.suite)
        #expect(
            IKENegotiation.choose(offered: offered.dropLast(), acceptable: acceptable) == nil)
    }

    @Test func noMoreThan255ProposalsAreMade() {
        let many = [IKETransform](repeating: HandshakeFixture.transform, count: 300)
        #expect(IKENegotiation.proposals(for: many).count == 255)
    }
}
