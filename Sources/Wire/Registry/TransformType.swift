/// What kind of algorithm a transform names (RFC 7296 §3.3.2; IANA "Transform Type Values").
public struct TransformType: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt8

    /// Any number, assigned or not.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Encryption algorithm.
    public static let encryption = TransformType(rawValue: 1)
    /// Pseudorandom function.
    public static let pseudorandomFunction = TransformType(rawValue: 2)
    /// Integrity algorithm.
    public static let integrity = TransformType(rawValue: 3)
    /// Key exchange method, once "Diffie-Hellman group".
    public static let keyExchange = TransformType(rawValue: 4)
    /// Extended sequence numbers; IANA renamed it to Sequence Numbers.
    public static let extendedSequenceNumbers = TransformType(rawValue: 5)
    /// Additional key exchange 1 (RFC 9370).
    public static let additionalKeyExchange1 = TransformType(rawValue: 6)
    /// Additional key exchange 2 (RFC 9370).
    public static let additionalKeyExchange2 = TransformType(rawValue: 7)
    /// Additional key exchange 3 (RFC 9370).
    public static let additionalKeyExchange3 = TransformType(rawValue: 8)
    /// Additional key exchange 4 (RFC 9370).
    public static let additionalKeyExchange4 = TransformType(rawValue: 9)
    /// Additional key exchange 5 (RFC 9370).
    public static let additionalKeyExchange5 = TransformType(rawValue: 10)
    /// Additional key exchange 6 (RFC 9370).
    public static let additionalKeyExchange6 = TransformType(rawValue: 11)
    /// Additional key exchange 7 (RFC 9370).
    public static let additionalKeyExchange7 = TransformType(rawValue: 12)
    /// Key wrap algorithm (RFC 9838).
    public static let keyWrap = TransformType(rawValue: 13)
    /// Group controller authentication method (RFC 9838).
    public static let groupControllerAuthentication = TransformType(rawValue: 14)

    /// The IANA name.
    public var name: String {
        switch self {
        case .encryption: "ENCR"
        case .pseudorandomFunction: "PRF"
        case .integrity: "INTEG"
        case .keyExchange: "KE"
        case .extendedSequenceNumbers: "ESN"
        case .additionalKeyExchange1: "ADDKE1"
        case .additionalKeyExchange2: "ADDKE2"
        case .additionalKeyExchange3: "ADDKE3"
        case .additionalKeyExchange4: "ADDKE4"
        case .additionalKeyExchange5: "ADDKE5"
        case .additionalKeyExchange6: "ADDKE6"
        case .additionalKeyExchange7: "ADDKE7"
        case .keyWrap: "KWA"
        case .groupControllerAuthentication: "GCAUTH"
        default: "TRANSFORM_TYPE_\(rawValue)"
        }
    }
}
