/// Transform type 2 (RFC 7296 §3.3.2; IANA "Pseudorandom Function Transform IDs").
public struct PseudorandomFunction: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt16

    /// Any number, assigned or not.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// RFC 2104.
    public static let hmacMD5 = PseudorandomFunction(rawValue: 1)
    /// RFC 2104.
    public static let hmacSHA1 = PseudorandomFunction(rawValue: 2)
    /// RFC 2104.
    public static let hmacTiger = PseudorandomFunction(rawValue: 3)
    /// RFC 4434.
    public static let aes128XCBC = PseudorandomFunction(rawValue: 4)
    /// RFC 4868.
    public static let hmacSHA256 = PseudorandomFunction(rawValue: 5)
    /// RFC 4868.
    public static let hmacSHA384 = PseudorandomFunction(rawValue: 6)
    /// RFC 4868.
    public static let hmacSHA512 = PseudorandomFunction(rawValue: 7)
    /// RFC 4615.
    public static let aes128CMAC = PseudorandomFunction(rawValue: 8)
    /// RFC 9385.
    public static let hmacStreebog512 = PseudorandomFunction(rawValue: 9)

    /// The IANA name.
    public var name: String {
        switch self {
        case .hmacMD5: "PRF_HMAC_MD5"
        case .hmacSHA1: "PRF_HMAC_SHA1"
        case .hmacTiger: "PRF_HMAC_TIGER"
        case .aes128XCBC: "PRF_AES128_XCBC"
        case .hmacSHA256: "PRF_HMAC_SHA2_256"
        case .hmacSHA384: "PRF_HMAC_SHA2_384"
        case .hmacSHA512: "PRF_HMAC_SHA2_512"
        case .aes128CMAC: "PRF_AES128_CMAC"
        case .hmacStreebog512: "PRF_HMAC_STREEBOG_512"
        default: "PRF_\(rawValue)"
        }
    }
}
