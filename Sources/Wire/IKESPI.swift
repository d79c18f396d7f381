/// The Security Parameter Index that one end chose for an IKE SA (RFC 7296 §2.6).
public struct IKESPI: Hashable, Sendable {
    /// The eight octets in host order.
    public let rawValue: UInt64

    /// From the eight octets in host order.
    public init(_ rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Not chosen yet: the responder's SPI in the first message (RFC 7296 §3.1).
    public static let zero = IKESPI(0)

    /// On the wire.
    public static let octetCount = 8

    /// From the octets of a proposal or a notification; `nil` unless there are eight.
    public init?(octets: [UInt8]) {
        guard octets.count == Self.octetCount else { return nil }
        rawValue = octets.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// In network order, as a proposal carries it when an IKE SA is rekeyed (RFC 7296 §3.3.1).
    public var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(Self.octetCount)
        octets.append(bigEndian: rawValue)
        return octets
    }
}

extension IKESPI: CustomStringConvertible {
    /// `0x` and sixteen digits.
    public var description: String { "0x" + hexadecimal(rawValue) }
}
