import Wire

/// One `ikesa_xform`: algorithms that an IKE SA may use (RFC 7296 §3.3.2).
public struct IKETransform: Hashable, Sendable {
    /// The cipher.
    public let encryption: EncryptionAlgorithm
    /// Acceptable key lengths in bits, longest first; empty for ciphers of one length.
    public let keyLengths: [UInt16]
    /// Acceptable integrity algorithms, preferred first; empty for AEAD ciphers (RFC 5282 §8).
    public let integrity: [IntegrityAlgorithm]
    /// Acceptable pseudorandom functions, preferred first.
    public let prfs: [PseudorandomFunction]
    /// The Diffie-Hellman group.
    public let group: KeyExchangeMethod
    /// The age in seconds before which an IKE SA of these algorithms is rekeyed; `nil`: the rule's.
    public let lifetime: UInt32?

    /// Puts algorithms together.
    public init(
        encryption: EncryptionAlgorithm, keyLengths: [UInt16], integrity: [IntegrityAlgorithm],
        prfs: [PseudorandomFunction], group: KeyExchangeMethod, lifetime: UInt32? = nil
    ) {
        self.encryption = encryption
        self.keyLengths = keyLengths
        self.integrity = integrity
        self.prfs = prfs
        self.group = group
        self.lifetime = lifetime
    }
}
