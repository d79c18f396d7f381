import COpenSSL
import Wire

/// What this room can do with the libcrypto it runs on: a distribution's policy, or the way it was
/// built, may have taken some of it away.
public struct Capabilities: Sendable {
    /// An encryption algorithm with a size of its key.
    public struct SizedEncryption: Hashable, Sendable {
        /// The algorithm.
        public let algorithm: EncryptionAlgorithm
        /// Bits of the key.
        public let keyBits: Int
    }

    /// Something to be capable of.
    public enum Algorithm: Hashable, Sendable {
        /// A cipher for IKE messages; its bits are those of the Key Length attribute, or 0 for an
        /// algorithm that has none.
        case encryption(EncryptionAlgorithm, keyBits: Int)
        /// A checksum of IKE messages.
        case integrity(IntegrityAlgorithm)
        /// A pseudorandom function.
        case pseudorandomFunction(PseudorandomFunction)
        /// A key exchange method.
        case keyExchange(KeyExchangeMethod)

        /// The name in the registry, with the size of a key that may have several.
        public var name: String {
            switch self {
            case .encryption(let algorithm, let keyBits):
                algorithm.hasVariableKeyLength ? "\(algorithm.name)-\(keyBits)" : algorithm.name
            case .integrity(let algorithm): algorithm.name
            case .pseudorandomFunction(let function): function.name
            case .keyExchange(let method): method.name
            }
        }
    }

    /// An algorithm that this room knows and this libcrypto does not offer.
    public struct Lack: Sendable {
        /// The algorithm.
        public let algorithm: Algorithm
        /// What libcrypto says.
        public let reason: CryptoError
    }

    /// The encryption algorithms for IKE, strongest first.
    public let encryption: [SizedEncryption]
    /// The pseudorandom functions, strongest first.
    public let pseudorandomFunctions: [PseudorandomFunction]
    /// The integrity algorithms, strongest first.
    public let integrity: [IntegrityAlgorithm]
    /// The key exchange methods: Montgomery curves, then ECP, Brainpool and MODP, and last those
    /// that nobody should choose any more (RFC 8247 §2.4).
    public let keyExchange: [KeyExchangeMethod]
    /// What libcrypto does not offer of all that, in the same order.
    public let lacks: [Lack]

    /// Tries every algorithm once: some tens of milliseconds of work, for the larger groups. Throws
    /// when libcrypto fails altogether.
    public static func probe() throws(CryptoError) -> Capabilities {
        let primitives = try Primitives()
        return Capabilities { primitives.reasonLacking($0) }
    }

    /// What `reason` finds no reason against.
    init(reasonLacking reason: (Algorithm) -> CryptoError?) {
        var lacks: [Lack] = []
        func offers(_ algorithm: Algorithm) -> Bool {
            guard let reason = reason(algorithm) else { return true }
            lacks.append(Lack(algorithm: algorithm, reason: reason))
            return false
        }
        encryption = Self.allEncryption.filter {
            offers(.encryption($0.algorithm, keyBits: $0.keyBits))
        }
        pseudorandomFunctions = Self.allFunctions.filter { offers(.pseudorandomFunction($0)) }
        integrity = Self.allIntegrity.filter { offers(.integrity($0)) }
        keyExchange = Self.allMethods.filter { offers(.keyExchange($0)) }
        self.lacks = lacks
    }

    /// Why an algorithm cannot be used: libcrypto lacks it, or this room does not know it; `nil`
    /// when it can.
    public func reasonLacking(_ algorithm: Algorithm) -> CryptoError? {
        let isOffered =
            switch algorithm {
            case .encryption(let algorithm, let keyBits):
                encryption.contains {
                    $0.algorithm == algorithm
                        && ($0.keyBits == keyBits
                            || keyBits == 0 && !algorithm.hasVariableKeyLength)
                }
            case .integrity(let algorithm): integrity.contains(algorithm)
            case .pseudorandomFunction(let function): pseudorandomFunctions.contains(function)
            case .keyExchange(let method): keyExchange.contains(method)
            }
        guard !isOffered else { return nil }
        for lack in lacks where lack.algorithm.name == algorithm.name { return lack.reason }
        return .unsupported(algorithm: algorithm.name)
    }

    /// The version of the libcrypto in use, such as `3.0.17`: not of the one built against.
    public static var libcryptoVersion: String {
        String(cString: OpenSSL_version(OPENSSL_VERSION_STRING))
    }
}

// All that this room knows.
extension Capabilities {
    private static let allEncryption: [SizedEncryption] = {
        func sized(
            _ algorithms: [EncryptionAlgorithm], _ sizes: [Int] = [256, 192, 128]
        ) -> [SizedEncryption] {
            sizes.flatMap { bits in
                algorithms.map { SizedEncryption(algorithm: $0, keyBits: bits) }
            }
        }
        return sized([.aesGCM16]) + sized([.chacha20Poly1305], [256]) + sized([.aesCCM16])
            + sized([.aesCBC]) + sized([.aesCTR]) + sized([.aesGCM12, .aesCCM12])
            + sized([.aesGCM8, .aesCCM8]) + sized([.tripleDES], [192])
    }()
    private static let allFunctions: [PseudorandomFunction] = [
        .hmacSHA512, .hmacSHA384, .hmacSHA256, .aes128CMAC, .aes128XCBC, .hmacSHA1,
    ]
    private static let allIntegrity: [IntegrityAlgorithm] = [
        .hmacSHA512_256, .hmacSHA384_192, .hmacSHA256_128, .aesCMAC_96, .aesXCBC_96,
        .hmacSHA1_160, .hmacSHA1_96,
    ]
    private static let allMethods: [KeyExchangeMethod] = [
        .curve25519, .curve448, .ecp521, .ecp384, .ecp256, .brainpool512, .brainpool384,
        .brainpool256, .modp8192, .modp6144, .modp4096, .modp3072, .modp2048, .ecp224,
        .brainpool224, .ecp192, .modp2048s256, .modp2048s224, .modp1536, .modp1024,
        .modp1024s160,
    ]
}

extension Primitives {
    /// Tries an algorithm, and says why it does not work.
    fileprivate func reasonLacking(_ algorithm: Capabilities.Algorithm) -> CryptoError? {
        do throws(CryptoError) {
            switch algorithm {
            case .encryption(let encryption, let keyBits):
                guard let cipher = Cipher(encryption, keyBits: keyBits) else {
                    return .unsupported(algorithm: algorithm.name)
                }
                _ = try cipherContext(cipher)
            case .integrity(let integrity):
                guard let (mac, _) = Protection.code(of: integrity) else {
                    return .unsupported(algorithm: algorithm.name)
                }
                _ = try macContext(mac)
            case .pseudorandomFunction(let function):
                guard let prf = PRF(function) else {
                    return .unsupported(algorithm: algorithm.name)
                }
                _ = try macContext(prf.mac)
            case .keyExchange(let method):
                _ = try KeyPair.generate(method)
            }
            return nil
        } catch {
            return error
        }
    }
}
