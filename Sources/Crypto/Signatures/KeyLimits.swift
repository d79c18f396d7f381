import COpenSSL
import Wire

/// What keys are used for signatures at all. A peer chooses its key: some would make libcrypto work
/// for seconds, others let anybody sign.
enum KeyLimits {
    /// Fewer bits of RSA can be factored; more are refused by libcrypto too.
    static let rsaBits = 1024...16384
    /// RFC 8017 §3.1 wants an exponent of at least 3. A large one makes every verification as slow
    /// as a signature; nobody uses one of more than 17 bits.
    static let exponentBits = 2...64
    /// The sizes of FIPS 186-4 §4.2.
    static let dsaBits = 1024...3072
    static let dsaOrderBits = [160, 224, 256]

    /// The kind of a key that is within the limits.
    static func kind(of key: OpaquePointer) throws(CryptoError) -> PublicKey.Kind {
        defer { ERR_clear_error() }
        if EVP_PKEY_is_a(key, "RSA") == 1 { return .rsa(bits: try rsaBits(of: key)) }
        if EVP_PKEY_is_a(key, "RSA-PSS") == 1 {
            return .rsaPSS(bits: try rsaBits(of: key), hash: try pssHash(of: key))
        }
        if EVP_PKEY_is_a(key, "EC") == 1 { return try ec(key) }
        if EVP_PKEY_is_a(key, "ED25519") == 1 { return .ed25519 }
        if EVP_PKEY_is_a(key, "ED448") == 1 { return .ed448 }
        if EVP_PKEY_is_a(key, "DSA") == 1 { return try dsa(key) }
        guard let name = EVP_PKEY_get0_type_name(key) else {
            throw .unacceptableKey(reason: "its kind is unknown")
        }
        throw .unacceptableKey(reason: "\(String(cString: name)) keys make no signature for IKE")
    }

    /// The hash that a key for RSASSA-PSS is bound to; `nil` when it takes any (RFC 4055 §3.3).
    ///
    /// A peer that follows RFC 7427 has one hash for the message and for MGF1, and a salt of its
    /// length: a key that forbids this makes no signature for IKE.
    private static func pssHash(
        of key: OpaquePointer
    ) throws(CryptoError) -> SignatureHashAlgorithm? {
        // libcrypto has a length of the salt for every key with parameters, and for no other.
        var saltLength: Int32 = 0
        guard EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_RSA_PSS_SALTLEN, &saltLength) == 1 else {
            return nil
        }
        let name = hashName(OSSL_PKEY_PARAM_RSA_DIGEST, of: key)
        guard let digest = Digest.allCases.first(where: { $0.libcryptoName == name }) else {
            throw .unacceptableKey(reason: "its RSASSA-PSS is bound to the hash \(name)")
        }
        let maskName = hashName(OSSL_PKEY_PARAM_RSA_MGF1_DIGEST, of: key)
        guard maskName == name else {
            throw .unacceptableKey(
                reason: "its RSASSA-PSS has two hashes, \(name) and \(maskName)")
        }
        guard saltLength <= digest.length else {
            throw .unacceptableKey(
                reason: "its RSASSA-PSS wants a salt of \(saltLength) octets with \(name)")
        }
        return digest.number
    }

    /// The name of a hash among a key's parameters; that which is left out is SHA-1 (RFC 4055 §3.1).
    private static func hashName(_ parameter: String, of key: OpaquePointer) -> String {
        var name = [CChar](repeating: 0, count: 64)
        guard EVP_PKEY_get_utf8_string_param(key, parameter, &name, name.count, nil) == 1 else {
            return Digest.sha1.libcryptoName
        }
        return String(
            decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func rsaBits(of key: OpaquePointer) throws(CryptoError) -> Int {
        let modulus = try Number(OSSL_PKEY_PARAM_RSA_N, of: key)
        let exponent = try Number(OSSL_PKEY_PARAM_RSA_E, of: key)
        guard rsaBits.contains(modulus.bits) else {
            throw .unacceptableKey(
                reason:
                    "RSA keys have \(rsaBits.lowerBound) to \(rsaBits.upperBound) bits, "
                    + "this one \(modulus.bits)")
        }
        guard modulus.isOdd else { throw .unacceptableKey(reason: "RSA's modulus is even") }
        guard exponent.isOdd else { throw .unacceptableKey(reason: "RSA's exponent is even") }
        guard exponentBits.contains(exponent.bits) else {
            throw .unacceptableKey(
                reason: exponent.bits < exponentBits.lowerBound
                    ? "RSA's exponent is 1" : "RSA's exponent has \(exponent.bits) bits")
        }
        return modulus.bits
    }

    private static func dsa(_ key: OpaquePointer) throws(CryptoError) -> PublicKey.Kind {
        let p = try Number(OSSL_PKEY_PARAM_FFC_P, of: key)
        let q = try Number(OSSL_PKEY_PARAM_FFC_Q, of: key)
        let generator = try Number(OSSL_PKEY_PARAM_FFC_G, of: key)
        let publicValue = try Number(OSSL_PKEY_PARAM_PUB_KEY, of: key)
        guard dsaBits.contains(p.bits), dsaOrderBits.contains(q.bits) else {
            throw .unacceptableKey(
                reason: "DSA's numbers p and q have \(p.bits) and \(q.bits) bits")
        }
        guard p.isOdd, q.isOdd else {
            throw .unacceptableKey(reason: "one of DSA's primes is even")
        }
        // 0 and 1 as generator or public value would let anybody sign.
        guard generator.bits > 1, generator < p, publicValue.bits > 1, publicValue < p else {
            throw .unacceptableKey(reason: "DSA's generator or public value is out of range")
        }
        return .dsa(bits: p.bits, orderBits: q.bits)
    }

    private static func ec(_ key: OpaquePointer) throws(CryptoError) -> PublicKey.Kind {
        // Written out parameters may be those of a named curve, or nearly (CVE-2020-0601).
        var isWrittenOut: Int32 = 0
        guard
            EVP_PKEY_get_int_param(
                key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &isWrittenOut) == 1,
            isWrittenOut == 0
        else { throw .unacceptableKey(reason: "its curve is written out, not named") }
        var name = [CChar](repeating: 0, count: 64)
        guard EVP_PKEY_get_group_name(key, &name, name.count, nil) == 1 else {
            throw .unacceptableKey(reason: "its curve has no name")
        }
        let text = String(
            decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let curve = EllipticCurve(libcryptoName: text) else {
            throw .unacceptableKey(reason: "the curve \(text) is not used")
        }
        // libcrypto has checked that the point is on the curve; the one at infinity is too.
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else {
            throw .libcrypto("a check of a key")
        }
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_public_check_quick(context) == 1 else {
            throw .unacceptableKey(reason: "its point is none of \(curve.name)")
        }
        return .ec(curve)
    }

    /// A number that a key has.
    private final class Number {
        private let number: OpaquePointer

        init(_ name: String, of key: OpaquePointer) throws(CryptoError) {
            var number: OpaquePointer?
            guard EVP_PKEY_get_bn_param(key, name, &number) == 1, let number else {
                throw .unacceptableKey(reason: "it lacks one of its numbers")
            }
            self.number = number
        }

        deinit {
            BN_free(number)
        }

        var bits: Int { Int(BN_num_bits(number)) }
        var isOdd: Bool { BN_is_odd(number) == 1 }

        static func < (a: Number, b: Number) -> Bool { BN_cmp(a.number, b.number) < 0 }
    }
}
