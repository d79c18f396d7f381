/// Which fragment of a message an SKF payload holds (RFC 7383 §2.5).
public struct Fragment: Hashable, Sendable {
    /// From 1.
    public let number: UInt16
    /// How many fragments make the message; at least ``number``.
    public let total: UInt16

    /// `nil` for a number of zero or above the total, which RFC 7383 §2.6 has discarded.
    public init?(number: UInt16, total: UInt16) {
        guard number > 0, number <= total else { return nil }
        self.number = number
        self.total = total
    }

    /// Number and total, after the generic header of the payload.
    static let octetCount = 4
}

extension Fragment: CustomStringConvertible {
    /// `2/5`.
    public var description: String { "\(number)/\(total)" }
}
