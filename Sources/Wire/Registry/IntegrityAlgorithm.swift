/// Transform type 3 (RFC 7296 §3.3.2; IANA "Integrity Algorithm Transform IDs").
public struct IntegrityAlgorithm: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt16

    /// Any number, assigned or not.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// No separate integrity algorithm.
    public static let none = IntegrityAlgorithm(rawValue: 0)
    /// RFC 2403.
    public static let hmacMD5_96 = IntegrityAlgorithm(rawValue: 1)
    /// RFC 2404.
    public static let hmacSHA1_96 = IntegrityAlgorithm(rawValue: 2)
    /// RFC 7296.
    public static let desMAC = IntegrityAlgorithm(rawValue: 3)
    /// RFC 7296.
    public static let kpdkMD5 = IntegrityAlgorithm(rawValue: 4)
    /// RFC 3566.
    public static let aesXCBC_96 = IntegrityAlgorithm(rawValue: 5)
    /// RFC 4595.
    public static let hmacMD5_128 = IntegrityAlgorithm(rawValue: 6)
    /// RFC 4595.
    public static let hmacSHA1_160 = IntegrityAlgorithm(rawValue: 7)
    /// RFC 4494.
    public static let aesCMAC_96 = IntegrityAlgorithm(rawValue: 8)
    /// RFC 4543.
    public static let aes128GMAC = IntegrityAlgorithm(rawValue: 9)
    /// RFC 4543.
    public static let aes192GMAC = IntegrityAlgorithm(rawValue: 10)
    /// RFC 4543.
    public static let aes256GMAC = IntegrityAlgorithm(rawValue: 11)
    /// RFC 4868.
    public static let hmacSHA256_128 = IntegrityAlgorithm(rawValue: 12)
    /// RFC 4868.
    public static let hmacSHA384_192 = IntegrityAlgorithm(rawValue: 13)
    /// RFC 4868.
    public static let hmacSHA512_256 = IntegrityAlgorithm(rawValue: 14)

    /// The IANA name.
    public var name: String {
        switch self {
        case .none: "NONE"
        case .hmacMD5_96: "AUTH_HMAC_MD5_96"
        case .hmacSHA1_96: "AUTH_HMAC_SHA1_96"
        case .desMAC: "AUTH_DES_MAC"
        case .kpdkMD5: "AUTH_KPDK_MD5"
        case .aesXCBC_96: "AUTH_AES_XCBC_96"
        case .hmacMD5_128: "AUTH_HMAC_MD5_128"
        case .hmacSHA1_160: "AUTH_HMAC_SHA1_160"
        case .aesCMAC_96: "AUTH_AES_CMAC_96"
        case .aes128GMAC: "AUTH_AES_128_GMAC"
        case .aes192GMAC: "AUTH_AES_192_GMAC"
        case .aes256GMAC: "AUTH_AES_256_GMAC"
        case .hmacSHA256_128: "AUTH_HMAC_SHA2_256_128"
        case .hmacSHA384_192: "AUTH_HMAC_SHA2_384_192"
        case .hmacSHA512_256: "AUTH_HMAC_SHA2_512_256"
        default: "AUTH_\(rawValue)"
        }
    }
}
