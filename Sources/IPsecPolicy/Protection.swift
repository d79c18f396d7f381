import IPsec
import Policy
import Wire

/// One way to protect packets: the properties between two braces.
public enum Protection: Hashable, Sendable {
    /// AH.
    case ah(Integrity)
    /// ESP; without an integrity algorithm any will do that the cipher takes.
    case esp(Cipher, keyBits: KeyBits = .any, Integrity? = nil)

    /// Key lengths in bits that will do.
    public struct KeyBits: Hashable, Sendable {
        /// The least, where there is one.
        public let least: UInt16?
        /// The most, where there is one.
        public let most: UInt16?

        /// From a least to a most.
        public init(least: UInt16? = nil, most: UInt16? = nil) {
            self.least = least
            self.most = most
        }

        /// Every length.
        public static let any = KeyBits()

        func contains(_ bits: UInt16) -> Bool {
            (least ?? 0) <= bits && bits <= (most ?? .max)
        }
    }

    /// A cipher, by the name that listings have.
    public enum Cipher: String, CaseIterable, Hashable, Sendable {
        case any, null
        case aesCBC = "aes"
        case aesCTR = "aes-ctr"
        case aesCCM8 = "aes-ccm8"
        case aesCCM12 = "aes-ccm12"
        case aesCCM16 = "aes-ccm"
        case aesGCM8 = "aes-gcm8"
        case aesGCM12 = "aes-gcm12"
        case aesGCM16 = "aes-gcm"
        case chacha20Poly1305 = "chacha20-poly1305"
        case tripleDES = "3des"

        /// The number of IANA; `nil` for any.
        var algorithm: EncryptionAlgorithm? {
            switch self {
            case .any: nil
            case .null: .null
            case .aesCBC: .aesCBC
            case .aesCTR: .aesCTR
            case .aesCCM8: .aesCCM8
            case .aesCCM12: .aesCCM12
            case .aesCCM16: .aesCCM16
            case .aesGCM8: .aesGCM8
            case .aesGCM12: .aesGCM12
            case .aesGCM16: .aesGCM16
            case .chacha20Poly1305: .chacha20Poly1305
            case .tripleDES: .tripleDES
            }
        }

        /// Whether it needs no integrity algorithm beside it.
        var isAEAD: Bool { algorithm?.isAEAD ?? false }

        /// Its key lengths in bits, longest first.
        var keyLengths: [UInt16] {
            switch self {
            case .null: []
            case .tripleDES: [192]
            case .chacha20Poly1305: [256]
            default: [256, 192, 128]
            }
        }
    }

    /// An integrity algorithm, by the name that listings have.
    public enum Integrity: String, CaseIterable, Hashable, Sendable {
        case any, sha1, sha256, sha384, sha512
        case aesXCBC = "aes-xcbc"

        /// What it stands for, the dearest first.
        var algorithms: [IntegrityAlgorithm] {
            switch self {
            case .any: [.hmacSHA512_256, .hmacSHA384_192, .hmacSHA256_128]
            case .sha1: [.hmacSHA1_96]
            case .sha256: [.hmacSHA256_128]
            case .sha384: [.hmacSHA384_192]
            case .sha512: [.hmacSHA512_256]
            case .aesXCBC: [.aesXCBC_96]
            }
        }

        /// The length of its key; `nil` for any.
        var keyBits: UInt16? {
            switch self {
            case .any: nil
            case .sha1: 160
            case .sha256: 256
            case .sha384: 384
            case .sha512: 512
            case .aesXCBC: 128
            }
        }
    }

    /// ESP or AH.
    public var protocolID: SecurityProtocol {
        if case .ah = self { .ah } else { .esp }
    }

    /// What a Child SA may use to protect so, the dearest first.
    public var transforms: [ChildTransform] {
        switch self {
        case .ah(let integrity):
            return [
                ChildTransform(protocol: .ah, encryption: nil, integrity: integrity.algorithms)
            ]
        case .esp(.any, let bits, let integrity):
            let all = ChildTransform.defaults.compactMap { $0.with(bits) }
            guard let integrity, integrity != .any else { return all }
            // A hash that is asked for leaves the ciphers that take one.
            return Self.esp(.aesCBC, keyBits: bits, integrity).transforms
        case .esp(let cipher, let bits, let integrity):
            guard let algorithm = cipher.algorithm else { return [] }
            let hasChoice = ChildSuite.fixedKeyBits(of: algorithm) == nil
            return [
                ChildTransform(
                    encryption: algorithm,
                    keyLengths: hasChoice ? cipher.keyLengths.filter { bits.contains($0) } : [],
                    integrity: cipher.isAEAD ? [] : (integrity ?? .any).algorithms)
            ]
        }
    }
}

extension ChildTransform {
    /// The same with some of the key lengths; `nil` when none of them will do.
    fileprivate func with(_ bits: Protection.KeyBits) -> ChildTransform? {
        guard let encryption else { return self }
        if let fixed = ChildSuite.fixedKeyBits(of: encryption) {
            return bits.contains(fixed) ? self : nil
        }
        let lengths = keyLengths.filter { bits.contains($0) }
        guard !lengths.isEmpty else { return nil }
        return ChildTransform(
            encryption: encryption, keyLengths: lengths, integrity: integrity, esn: esn)
    }
}
