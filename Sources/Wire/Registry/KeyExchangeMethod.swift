/// Transform type 4 and the types of additional key exchanges (RFC 7296 §3.3.2, RFC 9370; IANA "Key
/// Exchange Method Transform IDs"). The registry describes most of them in words; the short names
/// here are those that are in use.
public struct KeyExchangeMethod: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt16

    /// Any number, assigned or not.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// No key exchange.
    public static let none = KeyExchangeMethod(rawValue: 0)
    /// RFC 7296 Appendix B.1.
    public static let modp768 = KeyExchangeMethod(rawValue: 1)
    /// RFC 7296 Appendix B.2.
    public static let modp1024 = KeyExchangeMethod(rawValue: 2)
    /// RFC 3526.
    public static let modp1536 = KeyExchangeMethod(rawValue: 5)
    /// RFC 3526.
    public static let modp2048 = KeyExchangeMethod(rawValue: 14)
    /// RFC 3526.
    public static let modp3072 = KeyExchangeMethod(rawValue: 15)
    /// RFC 3526.
    public static let modp4096 = KeyExchangeMethod(rawValue: 16)
    /// RFC 3526.
    public static let modp6144 = KeyExchangeMethod(rawValue: 17)
    /// RFC 3526.
    public static let modp8192 = KeyExchangeMethod(rawValue: 18)
    /// RFC 5903.
    public static let ecp256 = KeyExchangeMethod(rawValue: 19)
    /// RFC 5903.
    public static let ecp384 = KeyExchangeMethod(rawValue: 20)
    /// RFC 5903.
    public static let ecp521 = KeyExchangeMethod(rawValue: 21)
    /// RFC 5114, a prime-order subgroup of 160 bits.
    public static let modp1024s160 = KeyExchangeMethod(rawValue: 22)
    /// RFC 5114, a prime-order subgroup of 224 bits.
    public static let modp2048s224 = KeyExchangeMethod(rawValue: 23)
    /// RFC 5114, a prime-order subgroup of 256 bits.
    public static let modp2048s256 = KeyExchangeMethod(rawValue: 24)
    /// RFC 5114.
    public static let ecp192 = KeyExchangeMethod(rawValue: 25)
    /// RFC 5114.
    public static let ecp224 = KeyExchangeMethod(rawValue: 26)
    /// RFC 6954.
    public static let brainpool224 = KeyExchangeMethod(rawValue: 27)
    /// RFC 6954.
    public static let brainpool256 = KeyExchangeMethod(rawValue: 28)
    /// RFC 6954.
    public static let brainpool384 = KeyExchangeMethod(rawValue: 29)
    /// RFC 6954.
    public static let brainpool512 = KeyExchangeMethod(rawValue: 30)
    /// RFC 8031.
    public static let curve25519 = KeyExchangeMethod(rawValue: 31)
    /// RFC 8031.
    public static let curve448 = KeyExchangeMethod(rawValue: 32)
    /// RFC 9385.
    public static let gost256 = KeyExchangeMethod(rawValue: 33)
    /// RFC 9385.
    public static let gost512 = KeyExchangeMethod(rawValue: 34)
    /// Draft-ietf-ipsecme-ikev2-mlkem.
    public static let mlKEM512 = KeyExchangeMethod(rawValue: 35)
    /// Draft-ietf-ipsecme-ikev2-mlkem.
    public static let mlKEM768 = KeyExchangeMethod(rawValue: 36)
    /// Draft-ietf-ipsecme-ikev2-mlkem.
    public static let mlKEM1024 = KeyExchangeMethod(rawValue: 37)

    /// The name.
    public var name: String {
        switch self {
        case .none: "NONE"
        case .modp768: "MODP_768"
        case .modp1024: "MODP_1024"
        case .modp1536: "MODP_1536"
        case .modp2048: "MODP_2048"
        case .modp3072: "MODP_3072"
        case .modp4096: "MODP_4096"
        case .modp6144: "MODP_6144"
        case .modp8192: "MODP_8192"
        case .ecp256: "ECP_256"
        case .ecp384: "ECP_384"
        case .ecp521: "ECP_521"
        case .modp1024s160: "MODP_1024_160"
        case .modp2048s224: "MODP_2048_224"
        case .modp2048s256: "MODP_2048_256"
        case .ecp192: "ECP_192"
        case .ecp224: "ECP_224"
        case .brainpool224: "BRAINPOOL_P224R1"
        case .brainpool256: "BRAINPOOL_P256R1"
        case .brainpool384: "BRAINPOOL_P384R1"
        case .brainpool512: "BRAINPOOL_P512R1"
        case .curve25519: "CURVE25519"
        case .curve448: "CURVE448"
        case .gost256: "GOST3410_2012_256"
        case .gost512: "GOST3410_2012_512"
        case .mlKEM512: "ML_KEM_512"
        case .mlKEM768: "ML_KEM_768"
        case .mlKEM1024: "ML_KEM_1024"
        default: "KE_\(rawValue)"
        }
    }
}
