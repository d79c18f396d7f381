/// How an AUTH payload was made (RFC 7296 §3.8; IANA "IKEv2 Authentication Method").
public struct AuthenticationMethod: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt8

    /// Any number, assigned or not.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// RSASSA-PKCS1-v1_5, by custom with SHA-1.
    public static let rsaSignature = AuthenticationMethod(rawValue: 1)
    /// Shared key message integrity code.
    public static let sharedKey = AuthenticationMethod(rawValue: 2)
    /// DSS with SHA-1.
    public static let dssSignature = AuthenticationMethod(rawValue: 3)
    /// ECDSA with SHA-256 on P-256 (RFC 4754).
    public static let ecdsaSHA256 = AuthenticationMethod(rawValue: 9)
    /// ECDSA with SHA-384 on P-384 (RFC 4754).
    public static let ecdsaSHA384 = AuthenticationMethod(rawValue: 10)
    /// ECDSA with SHA-512 on P-521 (RFC 4754).
    public static let ecdsaSHA512 = AuthenticationMethod(rawValue: 11)
    /// Generic Secure Password Authentication (RFC 6467).
    public static let genericSecurePassword = AuthenticationMethod(rawValue: 12)
    /// No authentication (RFC 7619).
    public static let null = AuthenticationMethod(rawValue: 13)
    /// A signature that names its algorithm (RFC 7427).
    public static let digitalSignature = AuthenticationMethod(rawValue: 14)

    /// The name.
    public var name: String {
        switch self {
        case .rsaSignature: "RSA_SIGNATURE"
        case .sharedKey: "SHARED_KEY_MIC"
        case .dssSignature: "DSS_SIGNATURE"
        case .ecdsaSHA256: "ECDSA_SHA2_256_P256"
        case .ecdsaSHA384: "ECDSA_SHA2_384_P384"
        case .ecdsaSHA512: "ECDSA_SHA2_512_P521"
        case .genericSecurePassword: "GENERIC_SECURE_PASSWORD"
        case .null: "NULL_AUTHENTICATION"
        case .digitalSignature: "DIGITAL_SIGNATURE"
        default: "AUTH_METHOD_\(rawValue)"
        }
    }
}
