import IPsec
import Policy
import Testing
import Wire

@testable import IKE

/// Agreeing on a Child SA's algorithms, against a search through every combination.
@Suite struct ChildNegotiationTests {
    private static let esp = Template(protocolID: .esp, mode: .tunnel)

    private func shuffled<Value>(
        _ values: [Value], _ range: ClosedRange<Int>, _ random: inout SeededRandom
    ) -> [Value] {
        let count = Int.random(in: range, using: &random)
        return [Value](values.shuffled(using: &random).prefix(count))
    }

    private func configured(_ random: inout SeededRandom) -> ChildTransform {
        let esn = shuffled([true, false], 1...2, &random)
        let lengths = shuffled([256, 192, 128] as [UInt16], 1...3, &random)
        let integrity = shuffled(
            [IntegrityAlgorithm.hmacSHA256_128, .hmacSHA512_256], 1...2, &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return ChildTransform(encryption: .aesGCM16, keyLengths: lengths, esn: esn)
        case 1: return ChildTransform(encryption: .chacha20Poly1305, esn: esn)
        case 2:
            return ChildTransform(
                encryption: .aesCBC, keyLengths: lengths, integrity: integrity, esn: esn)
        default:
            return ChildTransform(
                protocol: .ah, encryption: nil, integrity: integrity, esn: esn)
        }
    }

    private func offered(_ number: UInt8, _ random: inout SeededRandom) -> Proposal {
        var transforms: [Transform] = []
        for cipher in shuffled(
            [EncryptionAlgorithm.aesGCM16, .aesCBC, .chacha20Poly1305], 0...2, &random)
        {
            for bits in shuffled([256, 128, nil] as [UInt16?], 1...2, &random) {
                transforms.append(.encryption(cipher, keyLength: bits))
            }
        }
        transforms += shuffled(
            [IntegrityAlgorithm.none, .hmacSHA256_128, .hmacSHA512_256], 0...2, &random
        ).map { Transform.integrity($0) }
        transforms += shuffled([ExtendedSequenceNumbers.yes, .no], 0...2, &random)
            .map { Transform.esn($0) }
        transforms += shuffled([KeyExchangeMethod.none, .ecp256], 0...1, &random)
            .map { Transform.keyExchange($0) }
        if Int.random(in: 0..<12, using: &random) == 0 {
            transforms.append(Transform(type: TransformType(rawValue: 77), id: 1))
        }
        let spis: [UInt32] = [0, 255, 256, 0xC0FF_EE01, 0xC0FF_EE02, 0xC0FF_EE03]
        return Proposal(
            number: number,
            protocol: Int.random(in: 0..<5, using: &random) == 0 ? .ah : .esp,
            spi: ChildSPI(spis.randomElement(using: &random) ?? 0).octets, transforms: transforms)
    }

    /// One transform of each type at most, as a set of what they say.
    private func takes(
        _ suite: ChildSuite, of proposal: Proposal, isInAuth: Bool
    ) -> Bool {
        guard proposal.protocol == suite.protocolID,
            let spi = ChildSPI(octets: proposal.spi), spi.rawValue >= 256,
            proposal.transforms.allSatisfy({ (1...5).contains($0.type.rawValue) })
        else { return false }
        func list(_ type: TransformType) -> [Transform] {
            proposal.transforms.filter { $0.type == type }
        }
        let groups = list(.keyExchange)
        guard isInAuth || groups.isEmpty || groups.contains(.keyExchange(.none)) else {
            return false
        }
        let esn = list(.extendedSequenceNumbers)
        guard
            suite.extendedSequenceNumbers
                ? esn.contains(.esn(.yes)) : esn.isEmpty || esn.contains(.esn(.no))
        else { return false }
        let none = list(.integrity).isEmpty || list(.integrity).contains(.integrity(.none))
        func offers(_ cipher: EncryptionAlgorithm, _ bits: UInt16) -> Bool {
            let isFixed = cipher == .chacha20Poly1305
            return list(.encryption).contains(
                .encryption(cipher, keyLength: isFixed ? nil : bits))
        }
        switch suite.protection {
        case .aead(let cipher, let bits): return offers(cipher, bits) && none
        case .encryption(let cipher, let bits, let integrity):
            return offers(cipher, bits) && list(.integrity).contains(.integrity(integrity))
        case .integrity(let integrity):
            return list(.encryption).isEmpty
                && list(.integrity).contains(.integrity(integrity))
        }
    }

    @Test func theChoiceIsTheFirstSuiteOfOursThatASearchFinds() {
        var random = SeededRandom(seed: 31)
        var agreed = 0
        for round in 0..<6000 {
            let isInAuth = round % 2 == 0
            let template = Template(protocolID: round % 5 == 0 ? .ah : .esp, mode: .tunnel)
            let acceptable = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                configured(&random)
            }
            let proposals = (1...UInt8.random(in: 1...3, using: &random)).map {
                offered($0, &random)
            }
            let choice = ChildNegotiation.choose(
                offered: proposals, acceptable: acceptable, template: template,
                isInAuth: isInAuth)
            var expected: ChildNegotiation.Choice?
            search: for transform in acceptable where transform.protocol == template.protocolID {
                for suite in suites(transform) {
                    for proposal in proposals
                    where takes(suite, of: proposal, isInAuth: isInAuth) {
                        expected = ChildSPI(octets: proposal.spi).map {
                            ChildNegotiation.Choice(
                                number: proposal.number, spi: $0, suite: suite)
                        }
                        break search
                    }
                }
            }
            #expect(choice == expected, "\(proposals) against \(acceptable)")
            if choice != nil { agreed += 1 }
        }
        #expect(agreed > 300)
    }

    /// What a `childsa_xform` stands for, in the order of its preferences.
    private func suites(_ transform: ChildTransform) -> [ChildSuite] {
        var suites: [ChildSuite] = []
        for esn in transform.esn {
            let integrity: [IntegrityAlgorithm?] =
                transform.integrity.isEmpty ? [nil] : transform.integrity
            for bits in transform.keyLengths.isEmpty ? [256] : transform.keyLengths {
                for algorithm in integrity {
                    let protection: ChildSuite.Protection? =
                        switch (transform.encryption, algorithm) {
                        case (nil, let algorithm?): .integrity(algorithm)
                        case (let cipher?, nil): .aead(cipher, keyBits: bits)
                        case (let cipher?, let algorithm?):
                            .encryption(cipher, keyBits: bits, algorithm)
                        case (nil, nil): nil
                        }
                    let suite = protection.flatMap {
                        ChildSuite($0, extendedSequenceNumbers: esn)
                    }
                    if let suite { suites.append(suite) }
                }
            }
        }
        return suites
    }

    @Test func bothEndsOfOneConfigurationAgree() throws {
        var random = SeededRandom(seed: 32)
        for round in 0..<500 {
            let template = Template(protocolID: round % 4 == 0 ? .ah : .esp, mode: .tunnel)
            let transforms = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                configured(&random)
            }
            let proposals = ChildNegotiation.proposals(
                for: transforms, template: template, spi: ChildSPI(0xC0FF_EE01))
            let choice = ChildNegotiation.choose(
                offered: proposals, acceptable: transforms, template: template, isInAuth: true)
            #expect((choice == nil) == proposals.isEmpty)
            guard let choice,
                case .securityAssociation(let answer) = choice.answer(
                    spi: ChildSPI(0xC0FF_EE02))
            else { continue }
            let accepted = try ChildNegotiation.accept(
                answer: answer, acceptable: transforms, template: template)
            #expect(accepted.suite == choice.suite && accepted.spi == ChildSPI(0xC0FF_EE02))
            for answers in [[], answer + answer] {
                #expect(throws: Refusal.self) {
                    try ChildNegotiation.accept(
                        answer: answers, acceptable: transforms, template: template)
                }
            }
        }
    }

    /// The policy's masks keep algorithms out of proposal and choice.
    @Test func whatThePolicyForbidsIsNeitherProposedNorChosen() {
        let none = Template(
            protocolID: .esp, mode: .tunnel,
            algorithms: AlgorithmMasks(encryption: 0, integrity: 0))
        #expect(
            ChildNegotiation.proposals(
                for: ChildTransform.defaults, template: none, spi: ChildSPI(1)
            ).isEmpty)
        let offered = ChildNegotiation.proposals(
            for: ChildTransform.defaults, template: Self.esp, spi: ChildSPI(0xC0FF_EE01))
        #expect(!offered.isEmpty)
        #expect(
            ChildNegotiation.choose(
                offered: offered, acceptable: ChildTransform.defaults, template: none,
                isInAuth: true) == nil)
    }
}
