import COpenSSL

/// What a certificate's key may be used for (RFC 5280 §4.2.1.3).
public struct KeyUsage: OptionSet, Hashable, Sendable {
    /// The bits as libcrypto has them.
    public let rawValue: UInt32

    /// Any of the bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Signatures other than those below: what an AUTH payload takes.
    public static let digitalSignature = KeyUsage(rawValue: UInt32(KU_DIGITAL_SIGNATURE))
    /// Signatures that shall bind; taken for AUTH too (RFC 4945 §5.1.3.2).
    public static let nonRepudiation = KeyUsage(rawValue: UInt32(KU_NON_REPUDIATION))
    /// Enciphering keys.
    public static let keyEncipherment = KeyUsage(rawValue: UInt32(KU_KEY_ENCIPHERMENT))
    /// Enciphering data.
    public static let dataEncipherment = KeyUsage(rawValue: UInt32(KU_DATA_ENCIPHERMENT))
    /// Agreeing on keys.
    public static let keyAgreement = KeyUsage(rawValue: UInt32(KU_KEY_AGREEMENT))
    /// Signing certificates.
    public static let keyCertSign = KeyUsage(rawValue: UInt32(KU_KEY_CERT_SIGN))
    /// Signing revocation lists.
    public static let crlSign = KeyUsage(rawValue: UInt32(KU_CRL_SIGN))
    /// Agreeing on keys, to encipher only.
    public static let encipherOnly = KeyUsage(rawValue: UInt32(KU_ENCIPHER_ONLY))
    /// Agreeing on keys, to decipher only.
    public static let decipherOnly = KeyUsage(rawValue: UInt32(KU_DECIPHER_ONLY))

    /// The names of RFC 5280, which the tools take.
    public static let named: [(name: String, usage: KeyUsage)] = [
        ("digitalSignature", .digitalSignature), ("nonRepudiation", .nonRepudiation),
        ("keyEncipherment", .keyEncipherment), ("dataEncipherment", .dataEncipherment),
        ("keyAgreement", .keyAgreement), ("keyCertSign", .keyCertSign), ("cRLSign", .crlSign),
        ("encipherOnly", .encipherOnly), ("decipherOnly", .decipherOnly),
    ]

    /// The names of all that is in it.
    public var names: [String] { Self.named.filter { contains($0.usage) }.map { $0.name } }
}
