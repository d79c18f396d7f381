/// Attributes of a transform (RFC 7296 §3.3.5; IANA "IKEv2 Transform Attribute Types").
public struct TransformAttributeType: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt16

    /// Any number, assigned or not.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Key length in bits (RFC 7296 §3.3.5).
    public static let keyLength = TransformAttributeType(rawValue: 14)
    /// Signature algorithm identifier (RFC 9838).
    public static let signatureAlgorithm = TransformAttributeType(rawValue: 18)

    /// The IANA name.
    public var name: String {
        switch self {
        case .keyLength: "KEY_LENGTH"
        case .signatureAlgorithm: "SIGNATURE_ALGORITHM_IDENTIFIER"
        default: "ATTRIBUTE_\(rawValue)"
        }
    }
}
