import Wire

/// What came nearest to an agreement on algorithms when there was none. The log names it, so that
/// an administrator sees which word of which rule to look at.
struct NearestMiss: Equatable {
    /// The proposal, by its place among those of the peer, from 0.
    let proposal: Int
    /// What of ours it came near to, by its place, from 0.
    let acceptable: Int
    /// Wherein they differ; never empty.
    let kinds: Kinds

    /// Wherein a proposal and what we accept can differ: a kind does when nothing of what is
    /// proposed of it will do.
    struct Kinds: OptionSet, Hashable {
        let rawValue: UInt16

        static let `protocol` = Kinds(rawValue: 1 << 0)
        static let spi = Kinds(rawValue: 1 << 1)
        static let cipher = Kinds(rawValue: 1 << 2)
        /// Of the right cipher.
        static let keyLength = Kinds(rawValue: 1 << 3)
        static let integrity = Kinds(rawValue: 1 << 4)
        static let prf = Kinds(rawValue: 1 << 5)
        static let group = Kinds(rawValue: 1 << 6)
        static let esn = Kinds(rawValue: 1 << 7)
        /// Something must be chosen that we do not understand (RFC 7296 §3.3.6).
        static let unusable = Kinds(rawValue: 1 << 8)

        var count: Int { rawValue.nonzeroBitCount }
    }

    /// Pairs of a proposal and one of ours that are compared at the most. Honest ones are some
    /// dozens; but a stranger can make 255 proposals, and any number of rules may cover it.
    static let mostPairs = 4096

    /// The pair that differs in the fewest kinds; of several the first in our order of preference,
    /// then in the peer's. `nil` when a pair agrees, or there is none.
    init?(offered: [Proposal], acceptable: [Acceptable]) {
        let candidates = offered.prefix(Self.mostPairs).map { Offer($0) }
        var nearest: NearestMiss?
        var pairs = 0
        search: for (place, acceptable) in acceptable.enumerated() {
            for (proposal, candidate) in candidates.enumerated() {
                guard pairs < Self.mostPairs else { break search }
                pairs += 1
                let kinds = acceptable.differences(from: candidate)
                guard !kinds.isEmpty else { return nil }
                if kinds.count < nearest?.kinds.count ?? .max {
                    nearest = NearestMiss(proposal: proposal, acceptable: place, kinds: kinds)
                }
            }
        }
        guard let nearest else { return nil }
        self = nearest
    }

    private init(proposal: Int, acceptable: Int, kinds: Kinds) {
        self.proposal = proposal
        self.acceptable = acceptable
        self.kinds = kinds
    }

    /// A proposal, taken apart.
    struct Offer {
        let number: UInt8
        let protocolID: SecurityProtocol
        let spi: [UInt8]
        let transforms: OfferedTransforms

        init(_ proposal: Proposal) {
            number = proposal.number
            protocolID = proposal.protocol
            spi = proposal.spi
            transforms = OfferedTransforms(proposal)
        }
    }
}

extension NearestMiss {
    /// Whose proposals they are that nothing came of.
    enum Voice {
        /// The peer's request.
        case request
        /// The peer's answer to ours.
        case answer
        /// What was agreed upon with another rule in view.
        case agreement

        fileprivate func subject(_ number: UInt8) -> String {
            switch self {
            case .request: "proposal \(number)"
            case .answer: "it"
            case .agreement: "the agreement"
            }
        }

        /// What the peer did.
        var theirs: String {
            switch self {
            case .request: "offered"
            case .answer: "chosen was"
            case .agreement: "agreed was"
            }
        }

        /// What we did, or would do.
        var ours: String {
            switch self {
            case .request, .agreement: "the rule wants"
            case .answer: "we proposed"
            }
        }
    }

    /// `proposal 2 differs from ikesa_xform 1 of rule 'x' only in the group: offered MODP_2048, the
    /// rule wants CURVE25519`; `nil` when there is no pair that differs.
    static func words(
        offered: [Proposal], acceptable: [Acceptable], in voice: Voice = .request
    ) -> String? {
        guard let miss = NearestMiss(offered: offered, acceptable: acceptable),
            offered.indices.contains(miss.proposal),
            acceptable.indices.contains(miss.acceptable)
        else { return nil }
        let offer = Offer(offered[miss.proposal])
        let acceptable = acceptable[miss.acceptable]
        let differences = acceptable.words(for: miss.kinds, offer, in: voice)
        let subject = voice.subject(offer.number)
        let head = "\(subject) differs from \(acceptable.name)"
        if let only = differences.first, differences.count == 1 {
            return "\(head) only in the \(only.kind): \(only.explanation)"
        }
        let list = differences.map { "the \($0.kind) (\($0.explanation))" }
        return "\(head) in " + list.joined(separator: " and ")
    }
}
