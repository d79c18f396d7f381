import Wire

/// How the messages of an IKE SA are sealed: a cipher and an integrity algorithm, or a cipher that
/// does both (RFC 7296 §3.14, RFC 5282).
public struct Protection: Hashable, Sendable {
    /// The encryption algorithm.
    public let encryption: EncryptionAlgorithm
    /// Bits of the cipher's key, as the Key Length attribute has it: without the salt.
    public let keyBits: Int
    /// The integrity algorithm, `.none` beside an AEAD.
    public let integrity: IntegrityAlgorithm

    let cipher: Cipher
    /// Under the integrity algorithm; `nil` for an AEAD.
    let digest: Digest?

    /// Octets of the checksum that ends a message.
    public let icvLength: Int

    /// Octets of salt that AES-GCM takes from the key material after the key (RFC 5282 §7.1).
    static let saltLength = 4

    /// AES-CBC of 128, 192 or 256 bits with an HMAC, or AES-GCM of these with a checksum of 16
    /// octets and integrity `.none`; `nil` for anything else.
    public init?(encryption: EncryptionAlgorithm, keyBits: Int, integrity: IntegrityAlgorithm) {
        guard let cipher = Cipher(encryption, keyBits: keyBits) else { return nil }
        switch (cipher.isAEAD, integrity) {
        case (true, .none): (digest, icvLength) = (nil, 16)
        case (false, .hmacSHA1_96): (digest, icvLength) = (.sha1, 12)
        case (false, .hmacSHA256_128): (digest, icvLength) = (.sha256, 16)
        case (false, .hmacSHA384_192): (digest, icvLength) = (.sha384, 24)
        case (false, .hmacSHA512_256): (digest, icvLength) = (.sha512, 32)
        default: return nil
        }
        self.encryption = encryption
        self.keyBits = keyBits
        self.integrity = integrity
        self.cipher = cipher
    }

    /// Whether the cipher protects integrity itself.
    public var isAEAD: Bool { digest == nil }

    /// Octets of key material for encryption in each direction, with the salt of an AEAD.
    public var encryptionKeyLength: Int { cipher.keyLength + (isAEAD ? Self.saltLength : 0) }

    /// Octets of key material for integrity in each direction: none for an AEAD.
    public var integrityKeyLength: Int { digest?.outputLength ?? 0 }

    /// Octets of the initialization vector in the message.
    public var ivLength: Int { isAEAD ? 8 : 16 }

    /// What the length of the encrypted text, padding included, must be a multiple of.
    public var blockLength: Int { isAEAD ? 1 : 16 }
}
