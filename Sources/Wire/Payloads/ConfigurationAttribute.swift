/// An attribute of a Configuration payload (RFC 7296 §3.15.1).
public struct ConfigurationAttribute: Hashable, Sendable {
    /// What ``value`` holds.
    public let type: ConfigurationAttributeType
    /// The value; empty in a request that leaves the choice to the peer. Its length is not
    /// checked here.
    public let value: [UInt8]

    /// An attribute from its parts.
    public init(type: ConfigurationAttributeType, value: [UInt8] = []) {
        self.type = type
        self.value = value
    }
}

extension ConfigurationAttribute {
    /// The type has fifteen bits; the one before them is reserved.
    private static let typeMask: UInt16 = 0x7FFF

    init(_ octets: Span<UInt8>, _ cursor: inout Cursor) throws(WireError) {
        let word = try cursor.read(UInt16.self, octets)
        type = ConfigurationAttributeType(rawValue: word & Self.typeMask)
        let length = Int(try cursor.read(UInt16.self, octets))
        value = [UInt8](octets, try cursor.take(length))
    }

    func append(to octets: inout [UInt8]) {
        let value = value.prefix(Int(UInt16.max))
        octets.append(bigEndian: type.rawValue & Self.typeMask)
        octets.append(bigEndian: UInt16(truncatingIfNeeded: value.count))
        octets += value
    }
}
