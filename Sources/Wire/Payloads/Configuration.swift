/// The Configuration payload (RFC 7296 §3.15).
public struct Configuration: Hashable, Sendable {
    /// Whether it asks, answers, pushes or accepts.
    public let type: ConfigurationType
    /// The attributes in order; one type may come more than once.
    public let attributes: [ConfigurationAttribute]

    /// A payload from its parts.
    public init(type: ConfigurationType, attributes: [ConfigurationAttribute]) {
        self.type = type
        self.attributes = attributes
    }
}

extension Configuration {
    init(_ octets: Span<UInt8>, _ cursor: inout Cursor) throws(WireError) {
        type = ConfigurationType(rawValue: try cursor.read(UInt8.self, octets))
        _ = try cursor.take(3)  // reserved
        var attributes: [ConfigurationAttribute] = []
        while !cursor.isAtEnd {
            attributes.append(try ConfigurationAttribute(octets, &cursor))
        }
        self.attributes = attributes
    }

    func append(to octets: inout [UInt8]) {
        octets.append(bigEndian: UInt32(type.rawValue) << 24)
        for attribute in attributes { attribute.append(to: &octets) }
    }
}
