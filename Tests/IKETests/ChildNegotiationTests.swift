import IPsec
import Policy
import Testing
import Wire

@testable import IKE

/// Agreeing on a Child SA's algorithms, against a search through every combination.
@Suite struct ChildNegotiationTests {
    private static let esp = Template(protocolID: .esp, mode: .tunnel)

    /// Whether one transform of each type makes the suite, the group left aside.
    private func takes(_ suite: ChildSuite, of proposal: Proposal) -> Bool {
        guard proposal.protocol == suite.protocolID,
            let spi = ChildSPI(octets: proposal.spi), spi.rawValue >= 256,
            proposal.transforms.allSatisfy({ (1...5).contains($0.type.rawValue) })
        else { return false }
        func list(_ type: TransformType) -> [Transform] {
            proposal.transforms.filter { $0.type == type && $0.isUnderstood }
        }
        // One of each type must be chosen, and only what is understood can be.
        guard proposal.transforms.allSatisfy({ !list($0.type).isEmpty }) else { return false }
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

    /// The groups that may be taken, `nil` for none at all, the dearest first.
    private func groups(
        _ secrecy: ChildNegotiation.Secrecy, of proposal: Proposal
    ) -> [KeyExchangeMethod?] {
        let offered = proposal.transforms.filter { $0.type == .keyExchange && $0.isUnderstood }
            .map { KeyExchangeMethod(rawValue: $0.id) }
        switch secrecy {
        case .inherited: return [nil]
        case .required(let wanted): return wanted.filter { offered.contains($0) }
        case .optional(let wanted):
            return (offered.isEmpty || offered.contains(.none) ? [nil] : [])
                + wanted.filter { offered.contains($0) }
        }
    }

    private static let secrecies: [ChildNegotiation.Secrecy] = [
        .inherited, .optional([]), .optional([.curve25519, .ecp256]), .required([.ecp256]),
        .required([.curve25519, .ecp256]),
    ]

    @Test func theChoiceIsTheFirstSuiteOfOursThatASearchFinds() {
        var draw = AlgorithmDraw(seed: 31)
        var agreed = 0
        for round in 0..<6000 {
            let secrecy = Self.secrecies[round % Self.secrecies.count]
            let template = Template(protocolID: round % 7 == 0 ? .ah : .esp, mode: .tunnel)
            let acceptable = (0..<Int.random(in: 1...3, using: &draw.random)).map { _ in
                draw.childTransform()
            }
            let proposals = (1...UInt8.random(in: 1...3, using: &draw.random)).map {
                draw.childProposal($0)
            }
            let choice = ChildNegotiation.choose(
                offered: proposals, acceptable: acceptable, template: template,
                secrecy: secrecy)
            var expected: ChildNegotiation.Choice?
            search: for transform in acceptable where transform.protocol == template.protocolID {
                for suite in suites(transform) {
                    for proposal in proposals where takes(suite, of: proposal) {
                        guard let group = groups(secrecy, of: proposal).first else { continue }
                        expected = ChildSPI(octets: proposal.spi).map {
                            ChildNegotiation.Choice(
                                number: proposal.number, spi: $0, suite: suite, group: group)
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
        var draw = AlgorithmDraw(seed: 32)
        for round in 0..<500 {
            let template = Template(protocolID: round % 4 == 0 ? .ah : .esp, mode: .tunnel)
            let transforms = (0..<Int.random(in: 1...4, using: &draw.random)).map { _ in
                draw.childTransform()
            }
            let groups = draw.some([KeyExchangeMethod.curve25519, .ecp256, .modp2048], 0...3)
            let proposals = ChildNegotiation.proposals(
                for: transforms, groups: groups, template: template, spi: ChildSPI(0xC0FF_EE01))
            let choice = ChildNegotiation.choose(
                offered: proposals, acceptable: transforms, template: template,
                secrecy: groups.isEmpty ? .optional([.ecp256]) : .required(groups.reversed()))
            if choice != nil { #expect(choice?.group == groups.last) }
            #expect((choice == nil) == proposals.isEmpty)
            guard let choice,
                case .securityAssociation(let answer) = choice.answer(
                    spi: ChildSPI(0xC0FF_EE02))
            else { continue }
            let secrecy: ChildNegotiation.Secrecy =
                groups.isEmpty ? .optional([]) : .required(groups)
            let accepted = try ChildNegotiation.accept(
                answer: answer, choices: ChildChoices(.with(child: transforms)), template: template,
                secrecy: secrecy)
            #expect(accepted.group == choice.group)
            #expect(accepted.suite == choice.suite && accepted.spi == ChildSPI(0xC0FF_EE02))
            for answers in [[], answer + answer] {
                #expect(throws: Refusal.self) {
                    try ChildNegotiation.accept(
                        answer: answers, choices: ChildChoices(.with(child: transforms)),
                        template: template,
                        secrecy: secrecy)
                }
            }
        }
    }

    /// An answer is one transform of each type, all of them from one `childsa_xform` of ours.
    @Test func anAnswerIsTakenOnlyIfItIsAmongWhatWasOffered() {
        var draw = AlgorithmDraw(seed: 33)
        var taken = 0
        var severalOfAType = 0
        for round in 0..<8000 {
            let secrecy = Self.secrecies[round % Self.secrecies.count]
            let rule = Rule.with(
                child: (0..<Int.random(in: 1...3, using: &draw.random)).map { _ in
                    draw.childTransform()
                })
            let groups: [KeyExchangeMethod] =
                if case .required(let groups) = secrecy { groups } else { [] }
            let answer = draw.answer(
                to: ChildNegotiation.proposals(
                    for: rule.childTransforms, groups: groups, template: Self.esp,
                    spi: ChildSPI(0xC0FF_EE01)), orOf: draw.childProposal(1))
            let types = answer.transforms.map { $0.type }
            let isOfOne = Set(types).count == types.count
            let suite = rule.childTransforms.lazy.filter { $0.protocol == .esp }
                .flatMap { suites($0) }.first { takes($0, of: answer) }
            let isOurs = suite != nil && !self.groups(secrecy, of: answer).isEmpty
            if isOurs, !isOfOne { severalOfAType += 1 }
            let accepted = try? ChildNegotiation.accept(
                answer: [answer], choices: ChildChoices(rule), template: Self.esp, secrecy: secrecy)
            #expect(accepted?.suite == (isOurs && isOfOne ? suite : nil), "\(answer)")
            if accepted != nil { taken += 1 }
        }
        #expect(taken > 1000 && severalOfAType > 100)
    }

    /// As much as lengths of one octet can count.
    @Test(.timeLimit(.minutes(1))) func theLastOf255ProposalsOf255TransformsIsFound() {
        let gcm: [Transform] = [.encryption(.aesGCM16, keyLength: 256), .esn(.no)]
        let strange: [Transform] = (0..<253).map { index in
            index % 2 == 0
                ? .encryption(.aesGCM16, keyLength: UInt16(index))
                : .esn(ExtendedSequenceNumbers(rawValue: 1000 + UInt16(index)))
        }
        let offered = (1...255).map {
            Proposal(
                number: UInt8($0), protocol: .esp, spi: ChildSPI(0x1000 + UInt32($0)).octets,
                transforms: $0 == 255 ? strange + gcm : strange)
        }
        let acceptable = [ChildTransform](
            repeating: ChildTransform(encryption: .aesGCM16, keyLengths: [256, 128]), count: 16)
        func choose(_ offered: [Proposal]) -> ChildNegotiation.Choice? {
            ChildNegotiation.choose(
                offered: offered, acceptable: acceptable, template: Self.esp,
                secrecy: .optional([]))
        }
        #expect(choose(offered)?.number == 255)
        #expect(choose(offered)?.spi == ChildSPI(0x10FF))
        #expect(choose(offered.dropLast()) == nil)
    }

    /// The policy's masks keep algorithms out of proposal and choice.
    @Test func whatThePolicyForbidsIsNeitherProposedNorChosen() {
        let none = Template(
            protocolID: .esp, mode: .tunnel,
            algorithms: AlgorithmMasks(encryption: 0, integrity: 0))
        #expect(
            ChildNegotiation.proposals(
                for: ChildTransform.defaults, groups: [], template: none, spi: ChildSPI(1)
            ).isEmpty)
        let offered = ChildNegotiation.proposals(
            for: ChildTransform.defaults, groups: [], template: Self.esp, spi: ChildSPI(0xC0FF_EE01)
        )
        #expect(!offered.isEmpty)
        #expect(
            ChildNegotiation.choose(
                offered: offered, acceptable: ChildTransform.defaults, template: none,
                secrecy: .inherited) == nil)
    }
}
