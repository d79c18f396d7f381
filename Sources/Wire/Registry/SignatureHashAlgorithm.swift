/// What SIGNATURE_HASH_ALGORITHMS lists (RFC 7427 §4; IANA "IKEv2 Hash Algorithms").
public struct SignatureHashAlgorithm: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt16

    /// Any number, assigned or not.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// SHA-1.
    public static let sha1 = SignatureHashAlgorithm(rawValue: 1)
    /// SHA-256.
    public static let sha256 = SignatureHashAlgorithm(rawValue: 2)
    /// SHA-384.
    public static let sha384 = SignatureHashAlgorithm(rawValue: 3)
    /// SHA-512.
    public static let sha512 = SignatureHashAlgorithm(rawValue: 4)
    /// The signature scheme does its own hashing, as Ed25519 (RFC 8420).
    public static let identity = SignatureHashAlgorithm(rawValue: 5)
    /// RFC 9385.
    public static let streebog256 = SignatureHashAlgorithm(rawValue: 6)
    /// RFC 9385.
    public static let streebog512 = SignatureHashAlgorithm(rawValue: 7)

    /// The IANA name.
    public var name: String {
        switch self {
        case .sha1: "SHA1"
        case .sha256: "SHA2_256"
        case .sha384: "SHA2_384"
        case .sha512: "SHA2_512"
        case .identity: "IDENTITY"
        case .streebog256: "STREEBOG_256"
        case .streebog512: "STREEBOG_512"
        default: "HASH_\(rawValue)"
        }
    }
}
