/// Why something came to nothing: what happened and, where two ends did not agree, what either of
/// them wants.
struct Reason: Hashable, Sendable {
    /// What happened, in words; empty where the difference says it all.
    let summary: String
    /// What the ends do not agree on.
    let difference: Difference?

    init(_ summary: String, _ difference: Difference? = nil) {
        self.summary = summary
        self.difference = difference
    }
}

extension Reason: CustomStringConvertible {
    /// All of it, in one sentence.
    var description: String {
        guard let difference else { return summary }
        return summary.isEmpty ? difference.description : "\(summary); \(difference)"
    }
}

/// What one end wants and the other does not.
public struct Difference: Hashable, Sendable {
    /// What the peer offered.
    public let offered: String?
    /// What we accept.
    public let accepted: String?
    /// What we proposed.
    public let proposed: String?
    /// What came nearest to an agreement, and wherein it differs.
    public let nearestMiss: String?

    init(
        offered: String? = nil, accepted: String? = nil, proposed: String? = nil,
        nearestMiss: String? = nil
    ) {
        self.offered = offered
        self.accepted = accepted
        self.proposed = proposed
        self.nearestMiss = nearestMiss
    }
}

extension Difference: CustomStringConvertible {
    /// What is known of it, in one sentence.
    public var description: String {
        let parts = [
            ("offered", offered), ("we accept", accepted), ("we proposed", proposed),
            ("nearest miss:", nearestMiss),
        ]
        var text = ""
        for case (let head, let part?) in parts {
            text += (text.isEmpty ? "" : "; ") + "\(head) \(part)"
        }
        return text
    }
}
