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

    @Test func noMoreThan255ProposalsAreMade() {
        let many = [IKETransform](repeating: HandshakeFixture.transform, count: 300)
        #expect(IKENegotiation.proposals(for: many).count == 255)
    }
}
