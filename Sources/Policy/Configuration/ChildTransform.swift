import Wire

/// One `childsa_xform`: algorithms that a Child SA may use (RFC 7296 §3.3.2).
public struct ChildTransform: Hashable, Sendable {
    /// ESP or AH.
    public let `protocol`: SecurityProtocol
    /// The cipher; `nil` for AH.
    public let encryption: EncryptionAlgorithm?
    /// Acceptable key lengths in bits, longest first; empty for ciphers of one length.
    public let keyLengths: [UInt16]
    /// Acceptable integrity algorithms, preferred first; empty for AEAD ciphers.
    public let integrity: [IntegrityAlgorithm]
    /// Whether extended sequence numbers are acceptable, preferred first (RFC 4303 §2.2.1).
    public let esn: [Bool]

    /// Puts algorithms together.
    public init(
        protocol: SecurityProtocol = .esp, encryption: EncryptionAlgorithm?,
        keyLengths: [UInt16] = [], integrity: [IntegrityAlgorithm] = [],
        esn: [Bool] = ChildTransform.defaultESN
    ) {
        self.protocol = `protocol`
        self.encryption = encryption
        self.keyLengths = keyLengths
        self.integrity = integrity
        self.esn = esn
    }

    /// Extended sequence numbers, else 32-bit ones: the preference of RFC 4303 §2.2.1.
    public static let defaultESN = [true, false]

    /// What a rule without any `childsa_xform` offers and accepts.
    public static let defaults = [
        ChildTransform(encryption: .aesGCM16, keyLengths: [256, 128]),
        ChildTransform(encryption: .chacha20Poly1305),
        ChildTransform(encryption: .aesCBC, keyLengths: [256], integrity: [.hmacSHA512_256]),
        ChildTransform(encryption: .aesCBC, keyLengths: [256], integrity: [.hmacSHA384_192]),
        ChildTransform(
            encryption: .aesCBC, keyLengths: [256, 192, 128], integrity: [.hmacSHA256_128]),
    ]
}
