import IPsec
import Policy
import Wire

/// Agreeing on the algorithms of a Child SA (RFC 7296 §2.7, §3.3). Pure functions.
enum ChildNegotiation {
    /// Looks through the suites that a rule's `childsa_xform` stand for, in order of preference, as
    /// far as the policy's template allows them; the first that `isWanted`.
    static func first(
        of transforms: [ChildTransform], template: Template, where isWanted: (ChildSuite) -> Bool
    ) -> ChildSuite? {
        for transform in transforms {
            if let suite = first(of: transform, template: template, where: isWanted) {
                return suite
            }
        }
        return nil
    }

    private static func first(
        of transform: ChildTransform, template: Template, where isWanted: (ChildSuite) -> Bool
    ) -> ChildSuite? {
        guard transform.protocol == template.protocolID else { return nil }
        for esn in transform.esn {
            for protection in protections(of: transform) {
                if let suite = ChildSuite(protection, extendedSequenceNumbers: esn),
                    template.algorithms.allows(suite), isWanted(suite)
                {
                    return suite
                }
            }
        }
        return nil
    }

    private static func protections(of transform: ChildTransform) -> [ChildSuite.Protection] {
        guard let cipher = transform.encryption else {
            return transform.integrity.map { .integrity($0) }
        }
        let lengths =
            ChildSuite.fixedKeyBits(of: cipher).map { [$0] } ?? transform.keyLengths
        if cipher.isAEAD { return lengths.map { .aead(cipher, keyBits: $0) } }
        return lengths.flatMap { bits in
            transform.integrity.map { .encryption(cipher, keyBits: bits, $0) }
        }
    }

    /// What an initiator proposes: one proposal for each `childsa_xform`.
    static func proposals(
        for transforms: [ChildTransform], groups: [KeyExchangeMethod], template: Template,
        spi: ChildSPI
    ) -> [Proposal] {
        var proposals: [Proposal] = []
        for transform in transforms {
            guard let number = UInt8(exactly: proposals.count + 1) else { break }
            var list: [Transform] = []
            _ = first(of: transform, template: template) { suite in
                for transform in suite.transforms where !list.contains(transform) {
                    list.append(transform)
                }
                return false
            }
            guard !list.isEmpty else { continue }
            list += groups.map { Transform.keyExchange($0) }
            list.sort { $0.type.rawValue < $1.type.rawValue }
            proposals.append(
                Proposal(
                    number: number, protocol: template.protocolID, spi: spi.octets,
                    transforms: list))
        }
        return proposals
    }

    /// A choice among what was offered.
    struct Choice: Equatable {
        /// The number of the proposal chosen.
        let number: UInt8
        /// The SPI at which the peer receives.
        let spi: ChildSPI
        let suite: ChildSuite
        /// The group of the SA's own key exchange, when it has one.
        let group: KeyExchangeMethod?

        /// The SA payload of the answer, with the SPI at which we receive.
        func answer(spi: ChildSPI) -> Payload {
            .securityAssociation([
                Proposal(
                    number: number, protocol: suite.protocolID, spi: spi.octets,
                    transforms: suite.transforms
                        + (group.map { [Transform.keyExchange($0)] } ?? []))
            ])
        }
    }

    /// Whether a Child SA has a key exchange of its own.
    enum Secrecy {
        /// There is none in IKE_AUTH (RFC 7296 §1.2); a group proposed there means nothing.
        case inherited
        /// One of these groups, the first the dearest.
        case required([KeyExchangeMethod])
        /// None, or one of these if the peer insists.
        case optional([KeyExchangeMethod])

        /// What a rule says of CREATE_CHILD_SA. Where it asks for none, a peer that insists may
        /// have a group that is good enough for the IKE SA.
        init(_ rule: Rule) {
            self =
                rule.pfsGroups.isEmpty
                ? .optional(rule.ikeTransforms.map { $0.group }) : .required(rule.pfsGroups)
        }

        /// The group to take of those offered; outer `nil`: no agreement.
        func group(of offered: [KeyExchangeMethod]) -> KeyExchangeMethod?? {
            switch self {
            case .inherited: return .some(nil)
            case .optional where offered.isEmpty || offered.contains(.none): return .some(nil)
            case .optional(let groups), .required(let groups):
                guard let group = groups.first(where: { offered.contains($0) }) else { return nil }
                return .some(group)
            }
        }
    }

    /// A responder's choice: our order of preference decides.
    static func choose(
        offered: [Proposal], acceptable: [ChildTransform], template: Template, secrecy: Secrecy
    ) -> Choice? {
        struct Candidate {
            let number: UInt8
            let spi: ChildSPI
            let transforms: OfferedTransforms
            let group: KeyExchangeMethod?
        }
        var candidates: [Candidate] = []
        for proposal in offered where proposal.protocol == template.protocolID {
            let transforms = OfferedTransforms(proposal)
            guard let spi = ChildSPI(octets: proposal.spi), !spi.isReserved,
                transforms.isChoosable,
                let group = secrecy.group(of: transforms.keyExchanges)
            else { continue }
            candidates.append(
                Candidate(
                    number: proposal.number, spi: spi, transforms: transforms, group: group))
        }
        var choice: Choice?
        _ = first(of: acceptable, template: template) { suite in
            let candidate = candidates.first { suite.isOffered(by: $0.transforms) }
            choice = candidate.map {
                Choice(number: $0.number, spi: $0.spi, suite: suite, group: $0.group)
            }
            return choice != nil
        }
        return choice
    }

    /// An initiator's check of the answer: one proposal, and all of it among what was offered.
    static func accept(
        answer: [Proposal], choices: ChildChoices, template: Template, secrecy: Secrecy
    ) throws(Refusal) -> Choice {
        let proposal = try answer.onlyOne()
        guard
            let choice = choose(
                offered: answer, acceptable: choices.transforms, template: template,
                secrecy: secrecy)
        else {
            throw Refusal(
                .noProposalChosen,
                "the answer is not among our proposals: \(proposal)",
                Difference(
                    nearestMiss: NearestMiss.words(
                        offered: answer,
                        acceptable: Acceptable.list(choices, template: template, secrecy: secrecy),
                        in: .answer)))
        }
        return choice
    }

    /// What a responder says when it has no choice.
    static func refusal(
        of offered: [Proposal], choices: ChildChoices, template: Template, secrecy: Secrecy
    ) -> Refusal {
        let groups: [KeyExchangeMethod] =
            if case .required(let groups) = secrecy { groups } else { [] }
        let ours = proposals(
            for: choices.transforms, groups: groups, template: template, spi: ChildSPI(0))
        guard !ours.isEmpty else {
            return Refusal(
                .noProposalChosen,
                "offered \(listed(offered)); the policy wants \(template.protocolID.name), and "
                    + choices.whatIsRefused)
        }
        return Refusal(
            .noProposalChosen, "",
            Difference(
                offered: listed(offered), accepted: listed(ours),
                nearestMiss: NearestMiss.words(
                    offered: offered,
                    acceptable: Acceptable.list(choices, template: template, secrecy: secrecy))))
    }
}

extension ChildSuite {
    /// The transforms, one of each type.
    var transforms: [Transform] {
        var transforms: [Transform] = []
        switch protection {
        case .aead(let cipher, let bits), .encryption(let cipher, let bits, _):
            let hasChoice = Self.fixedKeyBits(of: cipher) == nil
            transforms.append(.encryption(cipher, keyLength: hasChoice ? bits : nil))
        case .integrity: break
        }
        switch protection {
        case .encryption(_, _, let integrity), .integrity(let integrity):
            transforms.append(.integrity(integrity))
        case .aead: break
        }
        transforms.append(.esn(extendedSequenceNumbers ? .yes : .no))
        return transforms
    }

    /// Whether a proposal offers each of our transforms.
    fileprivate func isOffered(by offered: OfferedTransforms) -> Bool {
        guard offered.offers(extendedSequenceNumbers ? .yes : .no) else { return false }
        func offers(_ cipher: EncryptionAlgorithm, _ bits: UInt16) -> Bool {
            let lengths = Self.fixedKeyBits(of: cipher) == nil ? [bits] : []
            return offered.keyBits(of: cipher, among: lengths) != nil
        }
        switch protection {
        case .aead(let cipher, let bits):
            return offers(cipher, bits) && offered.integrity(among: []) != nil
        case .encryption(let cipher, let bits, let integrity):
            return offers(cipher, bits) && offered.integrity(among: [integrity]) != nil
        case .integrity(let integrity):
            return offered.ciphers.isEmpty && offered.integrity(among: [integrity]) != nil
        }
    }
}
