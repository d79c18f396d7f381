import Policy
import Wire

/// Agreeing on the algorithms of an IKE SA (RFC 7296 §2.7, §3.3). Pure functions.
enum IKENegotiation {
    /// What an initiator proposes: one proposal for each `ikesa_xform`, in the rule's order.
    ///
    /// - Parameter spi: that of the new IKE SA when another is rekeyed (RFC 7296 §3.3.1).
    static func proposals(for transforms: [IKETransform], spi: [UInt8] = []) -> [Proposal] {
        var proposals: [Proposal] = []
        for transform in transforms {
            guard let number = UInt8(exactly: proposals.count + 1) else { break }
            proposals.append(
                Proposal(
                    number: number, protocol: .ike, spi: spi, transforms: list(transform)))
        }
        return proposals
    }

    private static func list(_ transform: IKETransform) -> [Transform] {
        var list: [Transform] = []
        if transform.keyLengths.isEmpty {
            list.append(.encryption(transform.encryption, keyLength: nil))
        }
        for bits in transform.keyLengths {
            list.append(.encryption(transform.encryption, keyLength: bits))
        }
        list += transform.integrity.map { Transform.integrity($0) }
        list += transform.prfs.map { Transform.prf($0) }
        list.append(.keyExchange(transform.group))
        return list
    }

    /// A choice among what was offered.
    struct Choice: Equatable {
        /// The number of the proposal chosen.
        let number: UInt8
        let suite: IKESuite.ID
    }

    /// A responder's choice: our order of preference decides.
    static func choose(offered: [Proposal], acceptable: [IKETransform]) -> Choice? {
        var candidates: [(number: UInt8, transforms: OfferedTransforms)] = []
        for proposal in offered where proposal.protocol == .ike {
            let transforms = OfferedTransforms(proposal)
            if transforms.isChoosable { candidates.append((proposal.number, transforms)) }
        }
        for transform in acceptable {
            for candidate in candidates {
                if let suite = match(candidate.transforms, transform) {
                    return Choice(number: candidate.number, suite: suite)
                }
            }
        }
        return nil
    }

    /// The transform of a rule that accepts what has been agreed already; `nil` when none does.
    static func transform(for suite: IKESuite.ID, among acceptable: [IKETransform]) -> IKETransform?
    {
        acceptable.first { transform in
            transform.encryption == suite.encryption && transform.group == suite.keyExchange
                && transform.prfs.contains(suite.prf)
                && (suite.keyBits.map { transform.keyLengths.contains($0) }
                    ?? transform.keyLengths.isEmpty)
                && (suite.integrity.map { transform.integrity.contains($0) }
                    ?? transform.integrity.isEmpty)
        }
    }

    private static func match(
        _ offered: OfferedTransforms, _ wanted: IKETransform
    ) -> IKESuite.ID? {
        guard let keyBits = offered.keyBits(of: wanted.encryption, among: wanted.keyLengths),
            let integrity = offered.integrity(among: wanted.integrity),
            let prf = wanted.prfs.first(where: { offered.prfs.contains($0) }),
            offered.keyExchanges.contains(wanted.group)
        else { return nil }
        return IKESuite.ID(
            encryption: wanted.encryption, keyBits: keyBits, integrity: integrity, prf: prf,
            keyExchange: wanted.group)
    }

    /// An initiator's check of the answer: one proposal, one transform of each type, and all of it
    /// among what was offered (RFC 7296 §2.7).
    static func accept(
        answer: [Proposal], rule: Rule
    ) throws(Refusal) -> IKESuite.ID {
        let proposal = try answer.onlyOne()
        guard let choice = choose(offered: answer, acceptable: rule.ikeTransforms) else {
            throw Refusal(
                .noProposalChosen,
                "the answer is not among our proposals: \(proposal)",
                Difference(
                    proposed: listed(proposals(for: rule.ikeTransforms)),
                    nearestMiss: NearestMiss.words(
                        offered: answer, acceptable: Acceptable.list(rule), in: .answer)))
        }
        return choice.suite
    }

    /// Why a responder has no choice: of the rules that cover the peer, any could have served.
    static func disagreement(with offered: [Proposal], rules: [Rule]) -> Difference {
        var seen: Set<IKETransform> = []
        let acceptable = rules.flatMap { $0.ikeTransforms }.filter { seen.insert($0).inserted }
        return Difference(
            offered: listed(offered), accepted: listed(proposals(for: acceptable)),
            nearestMiss: NearestMiss.words(
                offered: offered, acceptable: rules.flatMap { Acceptable.list($0) }))
    }
}

extension Difference {
    /// What we propose for an IKE SA under a rule, that the peer will not have.
    init(proposing rule: Rule) {
        self.init(proposed: listed(IKENegotiation.proposals(for: rule.ikeTransforms)))
    }
}

extension [Proposal] {
    /// The proposal of an answer: there is one, with one transform of each type (RFC 7296 §2.7).
    func onlyOne() throws(Refusal) -> Proposal {
        guard count == 1, let proposal = first else {
            throw Refusal(.invalidSyntax, "the answer holds \(count) proposals, not one")
        }
        var types: Set<TransformType> = []
        for transform in proposal.transforms where !types.insert(transform.type).inserted {
            throw Refusal(
                .noProposalChosen,
                "the answer does not choose one \(transform.type.name): \(proposal)")
        }
        return proposal
    }
}
