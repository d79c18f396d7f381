import Wire

/// The algorithms of one Child SA (RFC 7296 §3.3.2), and how much keying material they take.
public struct ChildSuite: Hashable, Sendable {
    /// What protects the packets.
    public enum Protection: Hashable, Sendable {
        /// ESP with one combined algorithm (RFC 4106 and its kind).
        case aead(EncryptionAlgorithm, keyBits: UInt16)
        /// ESP with a cipher and an integrity algorithm. Ciphers of one key length carry that.
        case encryption(EncryptionAlgorithm, keyBits: UInt16, IntegrityAlgorithm)
        /// AH (RFC 4302), or ESP with NULL encryption expressed as ``encryption``.
        case integrity(IntegrityAlgorithm)
    }

    /// What protects the packets.
    public let protection: Protection
    /// Whether sequence numbers have 64 bits (RFC 4304).
    public let extendedSequenceNumbers: Bool
    /// Octets of keying material for the cipher, salt included (RFC 7296 §2.17).
    public let encryptionKeyLength: Int
    /// Octets of keying material for the integrity algorithm.
    public let integrityKeyLength: Int

    /// `nil` when an algorithm is not one whose key length is known here, or the key length is not
    /// one of the cipher's.
    public init?(_ protection: Protection, extendedSequenceNumbers: Bool) {
        switch protection {
        case .aead(let cipher, let keyBits):
            guard let salt = Self.aeadSaltLength(cipher),
                Self.isKeyLength(keyBits, of: cipher)
            else { return nil }
            encryptionKeyLength = Int(keyBits) / 8 + salt
            integrityKeyLength = 0
        case .encryption(let cipher, let keyBits, let integrity):
            guard let nonce = Self.cipherNonceLength(cipher),
                Self.isKeyLength(keyBits, of: cipher),
                let length = Self.keyLength(of: integrity)
            else { return nil }
            encryptionKeyLength = Int(keyBits) / 8 + nonce
            integrityKeyLength = length
        case .integrity(let integrity):
            guard let length = Self.keyLength(of: integrity) else { return nil }
            encryptionKeyLength = 0
            integrityKeyLength = length
        }
        self.protection = protection
        self.extendedSequenceNumbers = extendedSequenceNumbers
    }

    /// ESP or AH.
    public var protocolID: SecurityProtocol {
        if case .integrity = protection { .ah } else { .esp }
    }

    /// The key length of a cipher that has only one, in bits; `nil` for those with a choice.
    public static func fixedKeyBits(of cipher: EncryptionAlgorithm) -> UInt16? {
        switch cipher {
        case .tripleDES: 192
        case .chacha20Poly1305: 256
        case .null: 0
        default: nil
        }
    }

    private static func isKeyLength(_ bits: UInt16, of cipher: EncryptionAlgorithm) -> Bool {
        if let fixed = fixedKeyBits(of: cipher) { return bits == fixed }
        return bits == 128 || bits == 192 || bits == 256
    }

    private static func aeadSaltLength(_ cipher: EncryptionAlgorithm) -> Int? {
        switch cipher {
        case .aesGCM8, .aesGCM12, .aesGCM16, .chacha20Poly1305: 4  // RFC 4106 §8.1, RFC 7634 §2
        case .aesCCM8, .aesCCM12, .aesCCM16: 3  // RFC 4309 §7.1
        default: nil
        }
    }

    private static func cipherNonceLength(_ cipher: EncryptionAlgorithm) -> Int? {
        switch cipher {
        case .aesCBC, .tripleDES, .null: 0
        case .aesCTR: 4  // RFC 3686 §5.1
        default: nil
        }
    }

    private static func keyLength(of integrity: IntegrityAlgorithm) -> Int? {
        switch integrity {
        case .hmacMD5_96: 16
        case .hmacSHA1_96: 20
        case .hmacSHA256_128: 32
        case .hmacSHA384_192: 48
        case .hmacSHA512_256: 64
        case .aesXCBC_96, .aesCMAC_96: 16
        default: nil
        }
    }
}

extension ChildSuite: CustomStringConvertible {
    /// `ESP ENCR_AES_GCM_16-256, ESN`.
    public var description: String {
        let esn = extendedSequenceNumbers ? ", ESN" : ""
        switch protection {
        case .aead(let cipher, let bits): return "ESP \(Self.text(cipher, bits))\(esn)"
        case .encryption(let cipher, let bits, let integrity):
            return "ESP \(Self.text(cipher, bits)), \(integrity.name)\(esn)"
        case .integrity(let integrity): return "AH \(integrity.name)\(esn)"
        }
    }

    private static func text(_ cipher: EncryptionAlgorithm, _ bits: UInt16) -> String {
        fixedKeyBits(of: cipher) == nil ? "\(cipher.name)-\(bits)" : cipher.name
    }
}
