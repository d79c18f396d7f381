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

    /// The encryption algorithms for IKE, strongest first.
    public let encryption: [SizedEncryption]
    /// The pseudorandom functions, strongest first.
    public let pseudorandomFunctions: [PseudorandomFunction]
    /// The integrity algorithms, strongest first.
    public let integrity: [IntegrityAlgorithm]
    /// The key exchange methods: Montgomery curves, then ECP, Brainpool and MODP, and last those
    /// that nobody should choose any more (RFC 8247 §2.4).
    public let keyExchange: [KeyExchangeMethod]
    /// What this room knows, whatever libcrypto can do.
    public static let known = Capabilities { _ in nil }

    /// Tries every algorithm once: some tens of milliseconds of work, for the larger groups. Throws
    /// when libcrypto fails altogether.
    public static func probe() throws(CryptoError) -> Capabilities {
        let primitives = try Primitives()
        return Capabilities { primitives.reasonLacking($0) }
    }

    /// What `reason` finds no reason against.
    init(reasonLacking reason: (Algorithm) -> CryptoError?) {
        encryption = Self.allEncryption.filter {
            reason(.encryption($0.algorithm, keyBits: $0.keyBits)) == nil
        }
        pseudorandomFunctions = Self.allFunctions.filter {
            reason(.pseudorandomFunction($0)) == nil
        }
        integrity = Self.allIntegrity.filter { reason(.integrity($0)) == nil }
        keyExchange = Self.allMethods.filter { reason(.keyExchange($0)) == nil }
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
    /// Tries an algorithm, and says why it cannot be used: libcrypto lacks it, or this room does not
    /// know it; `nil` when it can.
    public func reasonLacking(_ algorithm: Capabilities.Algorithm) -> CryptoError? {
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

    /// What IKE needs whatever is agreed on, of that which libcrypto does not offer, with the
    /// reason.
    public func lackingEssentials() -> [(name: String, reason: CryptoError)] {
        var lacking: [(name: String, reason: CryptoError)] = []
        // Nonces and SPIs. Later on, without them, the process ends.
        var octet: UInt8 = 0
        if RAND_bytes(&octet, 1) != 1 {
            lacking.append(("random octets", .libcrypto("random octets")))
        }
        // NAT detection (RFC 7296 §2.23).
        do throws(CryptoError) {
            _ = try sha1()
        } catch {
            lacking.append(("SHA-1", error))
        }
        // Cookies (§2.6).
        let cookies = Capabilities.Algorithm.pseudorandomFunction(.hmacSHA256)
        if let reason = reasonLacking(cookies) { lacking.append((cookies.name, reason)) }
        return lacking
    }
}
