import COpenSSL
import Wire

/// What this room can do with the libcrypto it runs on: a distribution's policy may have taken some
/// of it away.
public struct Capabilities: Sendable {
    /// An encryption algorithm with a size of its key.
    public struct SizedEncryption: Hashable, Sendable {
        /// The algorithm.
        public let algorithm: EncryptionAlgorithm
        /// Bits of the key, as the Key Length attribute has it.
        public let keyBits: Int
    }

    /// The encryption algorithms for IKE, strongest first.
    public let encryption: [SizedEncryption]
    /// The pseudorandom functions, strongest first.
    public let pseudorandomFunctions: [PseudorandomFunction]
    /// The integrity algorithms, strongest first.
    public let integrity: [IntegrityAlgorithm]
    /// The key exchange methods, Curve25519 first, then ECP and MODP from the largest.
    public let keyExchange: [KeyExchangeMethod]

    /// Tries every algorithm once. Throws when libcrypto lacks what nothing works without.
    public static func probe() throws(CryptoError) -> Capabilities {
        let primitives = try Primitives()
        let digests = Digest.allCases.filter { primitives.offers($0) }
        let ciphers = Cipher.allCases.filter { primitives.offers($0) }
        return Capabilities(digests: digests, ciphers: ciphers)
    }

    private init(digests: [Digest], ciphers: [Cipher]) {
        encryption = Self.allEncryption.filter { sized in
            guard let cipher = Cipher(sized.algorithm, keyBits: sized.keyBits) else { return false }
            return ciphers.contains(cipher)
        }
        pseudorandomFunctions = Self.allFunctions.filter { id in
            guard let prf = PRF(id) else { return false }
            return digests.contains(prf.digest)
        }
        integrity = Self.allIntegrity.filter { algorithm in
            guard
                let digest = Protection(
                    encryption: .aesCBC, keyBits: 128, integrity: algorithm)?.digest
            else { return false }
            return digests.contains(digest)
        }
        keyExchange = Self.allMethods.filter { KeyPair.supports($0) }
    }

    private static let allEncryption: [SizedEncryption] = [256, 192, 128].flatMap { keyBits in
        [
            SizedEncryption(algorithm: .aesGCM16, keyBits: keyBits),
            SizedEncryption(algorithm: .aesCBC, keyBits: keyBits),
        ]
    }
    private static let allFunctions: [PseudorandomFunction] = [
        .hmacSHA512, .hmacSHA384, .hmacSHA256, .hmacSHA1,
    ]
    private static let allIntegrity: [IntegrityAlgorithm] = [
        .hmacSHA512_256, .hmacSHA384_192, .hmacSHA256_128, .hmacSHA1_96,
    ]
    private static let allMethods: [KeyExchangeMethod] = [
        .curve25519, .ecp521, .ecp384, .ecp256, .modp4096, .modp3072, .modp2048,
    ]

    /// The version of the libcrypto in use, such as `3.0.17`: not of the one built against.
    public static var libcryptoVersion: String {
        String(cString: OpenSSL_version(OPENSSL_VERSION_STRING))
    }
}

extension Primitives {
    /// Whether HMAC with the digest works.
    fileprivate func offers(_ digest: Digest) -> Bool {
        do throws(CryptoError) {
            _ = try macContext(digest)
            return true
        } catch {
            return false
        }
    }

    /// Whether the cipher works.
    fileprivate func offers(_ cipher: Cipher) -> Bool {
        do throws(CryptoError) {
            _ = try cipherContext(cipher)
            return true
        } catch {
            return false
        }
    }
}
