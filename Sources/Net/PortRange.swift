/// An inclusive range of transport ports (RFC 7296 §3.13.1).
public struct PortRange: Hashable, Sendable {
    /// The lowest port.
    public let first: UInt16
    /// The highest port, not below ``first``.
    public let last: UInt16

    /// `nil` when `first` is above `last`.
    public init?(_ first: UInt16, _ last: UInt16) {
        guard first <= last else { return nil }
        self.first = first
        self.last = last
    }

    private init(unchecked first: UInt16, _ last: UInt16) {
        self.first = first
        self.last = last
    }

    /// The range of one port.
    public init(_ port: UInt16) {
        self.init(unchecked: port, port)
    }

    /// Every port.
    public static let any = PortRange(unchecked: 0, .max)

    /// Whether `port` lies within.
    public func contains(_ port: UInt16) -> Bool { first <= port && port <= last }

    /// Whether every port of `other` lies within.
    public func contains(_ other: PortRange) -> Bool { first <= other.first && other.last <= last }

    /// The ports in both; `nil` when there are none.
    public func intersection(_ other: PortRange) -> PortRange? {
        PortRange(max(first, other.first), min(last, other.last))
    }
}

extension PortRange: CustomStringConvertible {
    /// `any`, `port` or `first-last`.
    public var description: String {
        if self == .any { return "any" }
        return first == last ? "\(first)" : "\(first)-\(last)"
    }
}
