import Wire

/// How the messages of an IKE SA are sealed: a cipher and an integrity algorithm, or a cipher that
/// does both (RFC 7296 §3.14, RFC 5282).
public struct Protection: Hashable, Sendable {
    /// The encryption algorithm.
    public let encryption: EncryptionAlgorithm
    /// Bits of the cipher's key, without the salt.
    public let keyBits: Int
    /// The integrity algorithm, `.none` beside an AEAD.
    public let integrity: IntegrityAlgorithm

    let cipher: Cipher
    /// Under the integrity algorithm; `nil` for an AEAD.
    let mac: MAC?

    /// Octets of the checksum that ends a message.
    public let icvLength: Int

    /// AES-CBC, AES-CTR or 3DES with an HMAC, AES-XCBC or AES-CMAC; or AES-GCM, AES-CCM or
    /// ChaCha20-Poly1305 with integrity `.none`; `nil` for anything else. The bits of the key are
    /// those of the Key Length attribute, or 0 for an algorithm that has none.
    public init?(encryption: EncryptionAlgorithm, keyBits: Int, integrity: IntegrityAlgorithm) {
        guard let cipher = Cipher(encryption, keyBits: keyBits) else { return nil }
        switch cipher.mode {
        case .aead:
            guard integrity == .none, let length = Self.icvLength(of: encryption) else {
                return nil
            }
            (mac, icvLength) = (nil, length)
        case .cbc, .ctr:
            guard let (mac, length) = Self.code(of: integrity) else { return nil }
            (self.mac, icvLength) = (mac, length)
        }
        self.encryption = encryption
        self.keyBits = 8 * cipher.keyLength
        self.integrity = integrity
        self.cipher = cipher
    }

    private static func icvLength(of encryption: EncryptionAlgorithm) -> Int? {
        switch encryption {
        case .aesGCM8, .aesCCM8: 8
        case .aesGCM12, .aesCCM12: 12
        case .aesGCM16, .aesCCM16, .chacha20Poly1305: 16
        default: nil
        }
    }

    /// The code, and how many octets of it are sent.
    static func code(of integrity: IntegrityAlgorithm) -> (MAC, sent: Int)? {
        switch integrity {
        case .hmacSHA1_96: (.hmacSHA1, 12)
        case .hmacSHA1_160: (.hmacSHA1, 20)
        case .hmacSHA256_128: (.hmacSHA256, 16)
        case .hmacSHA384_192: (.hmacSHA384, 24)
        case .hmacSHA512_256: (.hmacSHA512, 32)
        case .aesXCBC_96: (.aesXCBC, 12)
        case .aesCMAC_96: (.aesCMAC, 12)
        default: nil
        }
    }

    /// Whether the cipher protects integrity itself.
    public var isAEAD: Bool { mac == nil }

    /// Whether nobody may foresee an initialization vector (RFC 3602 §3). For the others it must
    /// never come again under its key, and a counter is the surest way to that (RFC 3686 §3.1, RFC
    /// 5282 §3.1, RFC 7634 §2).
    public var wantsUnpredictableIV: Bool {
        switch cipher.mode {
        case .cbc: true
        case .ctr, .aead: false
        }
    }

    /// Octets of key material for encryption in each direction, with the salt that begins a nonce.
    public var encryptionKeyLength: Int { cipher.keyLength + cipher.saltLength }

    /// Octets of key material for integrity in each direction: none for an AEAD.
    public var integrityKeyLength: Int { mac?.length ?? 0 }

    /// Octets of the initialization vector in the message.
    public var ivLength: Int { cipher.ivLength }

    /// What the length of the encrypted text, padding included, must be a multiple of.
    public var blockLength: Int { cipher.blockLength }
}
