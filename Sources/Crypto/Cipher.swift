import Wire

/// A cipher with the size of its key.
///
/// The raw value is the place of the cipher's context in ``Primitives``.
enum Cipher: Int, CaseIterable {
    case aesCBC128, aesCBC192, aesCBC256, tripleDES
    case aesCTR128, aesCTR192, aesCTR256
    case aesGCM128, aesGCM192, aesGCM256
    case aesCCM128, aesCCM192, aesCCM256
    case chacha20Poly1305

    /// How it is applied to a message.
    enum Mode {
        /// Blocks in a chain, padded.
        case cbc(blockLength: Int)
        /// A stream that a counter makes (RFC 5930).
        case ctr
        /// Such a stream, with a checksum of everything (RFC 5282, RFC 7634).
        case aead(AEAD)
    }

    /// The combined algorithms, which want different things of libcrypto.
    enum AEAD {
        case gcm, ccm, chacha20Poly1305
    }

    /// For an algorithm whose keys have one length only, no bits stand for it too: the Key Length
    /// attribute is not sent then (RFC 7296 §3.3.5).
    init?(_ algorithm: EncryptionAlgorithm, keyBits: Int) {
        switch (algorithm, keyBits) {
        case (.aesCBC, 128): self = .aesCBC128
        case (.aesCBC, 192): self = .aesCBC192
        case (.aesCBC, 256): self = .aesCBC256
        case (.tripleDES, 0), (.tripleDES, 192): self = .tripleDES
        case (.aesCTR, 128): self = .aesCTR128
        case (.aesCTR, 192): self = .aesCTR192
        case (.aesCTR, 256): self = .aesCTR256
        case (.aesGCM8, 128), (.aesGCM12, 128), (.aesGCM16, 128): self = .aesGCM128
        case (.aesGCM8, 192), (.aesGCM12, 192), (.aesGCM16, 192): self = .aesGCM192
        case (.aesGCM8, 256), (.aesGCM12, 256), (.aesGCM16, 256): self = .aesGCM256
        case (.aesCCM8, 128), (.aesCCM12, 128), (.aesCCM16, 128): self = .aesCCM128
        case (.aesCCM8, 192), (.aesCCM12, 192), (.aesCCM16, 192): self = .aesCCM192
        case (.aesCCM8, 256), (.aesCCM12, 256), (.aesCCM16, 256): self = .aesCCM256
        case (.chacha20Poly1305, 0), (.chacha20Poly1305, 256): self = .chacha20Poly1305
        default: return nil
        }
    }

    /// What libcrypto calls it.
    var name: String {
        switch self {
        case .aesCBC128: "AES-128-CBC"
        case .aesCBC192: "AES-192-CBC"
        case .aesCBC256: "AES-256-CBC"
        case .tripleDES: "DES-EDE3-CBC"
        case .aesCTR128: "AES-128-CTR"
        case .aesCTR192: "AES-192-CTR"
        case .aesCTR256: "AES-256-CTR"
        case .aesGCM128: "AES-128-GCM"
        case .aesGCM192: "AES-192-GCM"
        case .aesGCM256: "AES-256-GCM"
        case .aesCCM128: "AES-128-CCM"
        case .aesCCM192: "AES-192-CCM"
        case .aesCCM256: "AES-256-CCM"
        case .chacha20Poly1305: "ChaCha20-Poly1305"
        }
    }

    /// Octets of the key that the cipher itself takes.
    var keyLength: Int {
        switch self {
        case .aesCBC128, .aesCTR128, .aesGCM128, .aesCCM128: 16
        case .aesCBC192, .aesCTR192, .aesGCM192, .aesCCM192, .tripleDES: 24
        case .aesCBC256, .aesCTR256, .aesGCM256, .aesCCM256, .chacha20Poly1305: 32
        }
    }

    /// How it is applied to a message.
    var mode: Mode {
        switch self {
        case .aesCBC128, .aesCBC192, .aesCBC256: .cbc(blockLength: 16)
        case .tripleDES: .cbc(blockLength: 8)
        case .aesCTR128, .aesCTR192, .aesCTR256: .ctr
        case .aesGCM128, .aesGCM192, .aesGCM256: .aead(.gcm)
        case .aesCCM128, .aesCCM192, .aesCCM256: .aead(.ccm)
        case .chacha20Poly1305: .aead(.chacha20Poly1305)
        }
    }

    /// Octets of the key material after the key that begin every nonce (RFC 3686 §5.1, RFC 5282
    /// §7.1, RFC 7634 §2).
    var saltLength: Int {
        switch mode {
        case .cbc: 0
        case .aead(.ccm): 3
        case .ctr, .aead(.gcm), .aead(.chacha20Poly1305): 4
        }
    }

    /// Octets of the initialization vector in the message.
    var ivLength: Int {
        switch mode {
        case .cbc(let blockLength): blockLength
        case .ctr, .aead: 8
        }
    }

    /// What the length of the encrypted text must be a multiple of.
    var blockLength: Int {
        switch mode {
        case .cbc(let blockLength): blockLength
        case .ctr, .aead: 1
        }
    }
}
