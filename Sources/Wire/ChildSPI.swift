/// The Security Parameter Index of an ESP or AH SA, chosen by the end that receives (RFC 7296 §2.9).
public struct ChildSPI: Hashable, Sendable {
    /// The four octets in host order.
    public let rawValue: UInt32

    /// From the four octets in host order.
    public init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// On the wire.
    public static let octetCount = 4

    /// From the octets of a proposal or a notification; `nil` unless there are four.
    public init?(octets: [UInt8]) {
        guard octets.count == Self.octetCount else { return nil }
        rawValue = octets.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// In network order, as proposals, notifications and deletes carry it.
    public var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(Self.octetCount)
        octets.append(bigEndian: rawValue)
        return octets
    }
}

extension ChildSPI: CustomStringConvertible {
    /// `0x` and eight digits.
    public var description: String { "0x" + hexadecimal(rawValue) }
}
