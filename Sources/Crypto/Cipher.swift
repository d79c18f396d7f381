import Wire

/// A cipher with the size of its key.
///
/// The raw value is the place of the cipher's context in ``Primitives``.
enum Cipher: Int, CaseIterable {
    case aesCBC128, aesCBC192, aesCBC256, aesGCM128, aesGCM192, aesGCM256

    init?(_ algorithm: EncryptionAlgorithm, keyBits: Int) {
        switch (algorithm, keyBits) {
        case (.aesCBC, 128): self = .aesCBC128
        case (.aesCBC, 192): self = .aesCBC192
        case (.aesCBC, 256): self = .aesCBC256
        case (.aesGCM16, 128): self = .aesGCM128
        case (.aesGCM16, 192): self = .aesGCM192
        case (.aesGCM16, 256): self = .aesGCM256
        default: return nil
        }
    }

    /// What libcrypto calls it.
    var name: String {
        switch self {
        case .aesCBC128: "AES-128-CBC"
        case .aesCBC192: "AES-192-CBC"
        case .aesCBC256: "AES-256-CBC"
        case .aesGCM128: "AES-128-GCM"
        case .aesGCM192: "AES-192-GCM"
        case .aesGCM256: "AES-256-GCM"
        }
    }

    /// Octets of the key that the cipher itself takes.
    var keyLength: Int {
        switch self {
        case .aesCBC128, .aesGCM128: 16
        case .aesCBC192, .aesGCM192: 24
        case .aesCBC256, .aesGCM256: 32
        }
    }

    /// Whether it checks integrity too.
    var isAEAD: Bool {
        switch self {
        case .aesCBC128, .aesCBC192, .aesCBC256: false
        case .aesGCM128, .aesGCM192, .aesGCM256: true
        }
    }
}
