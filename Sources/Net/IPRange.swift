/// An inclusive range of addresses of one family, as traffic selectors carry it
/// (RFC 7296 §3.13.1). A prefix is the range of its addresses.
public struct IPRange: Hashable, Sendable {
    /// The lowest address.
    public let first: IPAddress
    /// The highest address; of the same family and not below ``first``.
    public let last: IPAddress

    /// `nil` when the families differ or `first` is above `last`.
    public init?(_ first: IPAddress, _ last: IPAddress) {
        guard first.family == last.family, first <= last else { return nil }
        self.first = first
        self.last = last
    }

    /// The range of one address.
    public init(_ address: IPAddress) {
        first = address
        last = address
    }

    /// Every address of a family.
    public init(all family: IPAddress.Family) {
        first = family.unspecified
        last = family.highest
    }

    /// The addresses of a prefix. Bits of `base` beyond `prefixLength` are ignored; `nil` when
    /// the length exceeds the width of the family.
    public init?(base: IPAddress, prefixLength: Int) {
        guard (0...base.family.bitWidth).contains(prefixLength) else { return nil }
        switch base {
        case .v4(let bits):
            let mask: UInt32 = ~0 << (32 - prefixLength)
            first = .v4(bits & mask)
            last = .v4(bits | ~mask)
        case .v6(let high, let low):
            let highMask: UInt64 = ~0 << (64 - min(prefixLength, 64))
            let lowMask: UInt64 = ~0 << (128 - max(prefixLength, 64))
            first = .v6(high: high & highMask, low: low & lowMask)
            last = .v6(high: high | ~highMask, low: low | ~lowMask)
        }
    }

    /// The family of both ends.
    public var family: IPAddress.Family { first.family }

    /// Whether `address` lies within.
    public func contains(_ address: IPAddress) -> Bool {
        address.family == family && first <= address && address <= last
    }

    /// Whether every address of `other` lies within.
    public func contains(_ other: IPRange) -> Bool {
        other.family == family && first <= other.first && other.last <= last
    }

    /// Whether any address lies in both.
    public func meets(_ other: IPRange) -> Bool {
        family == other.family && first <= other.last && other.first <= last
    }

    /// The addresses in both; `nil` when there are none.
    public func intersection(_ other: IPRange) -> IPRange? {
        guard family == other.family else { return nil }
        return IPRange(max(first, other.first), min(last, other.last))
    }

    /// The length of the prefix that covers exactly this range; `nil` when none does.
    public var prefixLength: Int? {
        let length = commonPrefixLength
        return IPRange(base: first, prefixLength: length) == self ? length : nil
    }

    /// The number of leading bits that both ends share: the smallest prefix around the range.
    public var commonPrefixLength: Int {
        switch (first, last) {
        case (.v4(let a), .v4(let b)): (a ^ b).leadingZeroBitCount
        case (.v6(let ah, let al), .v6(let bh, let bl)):
            ah == bh ? 64 + (al ^ bl).leadingZeroBitCount : (ah ^ bh).leadingZeroBitCount
        default: 0
        }
    }
}

extension IPRange: CustomStringConvertible {
    /// `address`, `address/length` or `first-last`, the shortest that is exact.
    public var description: String {
        if first == last { return first.description }
        if let prefixLength { return "\(first)/\(prefixLength)" }
        return "\(first)-\(last)"
    }
}
