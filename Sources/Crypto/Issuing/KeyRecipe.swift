import COpenSSL

/// What kind of private key to make.
public enum KeyRecipe: Hashable, Sendable {
    case rsa(bits: Int)
    case dsa(bits: Int)
    case ec(EllipticCurve)
    case ed25519
}

extension PrivateKey {
    /// Makes a new key. One of RSA or DSA takes up to some seconds.
    public static func generate(_ recipe: KeyRecipe) throws(CryptoError) -> PrivateKey {
        switch recipe {
        case .rsa(let bits):
            return try generate("RSA") {
                EVP_PKEY_CTX_set_rsa_keygen_bits($0, Int32(clamping: bits))
            }
        case .ec(let curve):
            return try generate("EC") { EVP_PKEY_CTX_set_group_name($0, curve.name) }
        case .ed25519:
            return try generate("ED25519") { _ in 1 }
        case .dsa(let bits):
            let parameters = try dsaParameters(bits)
            defer { EVP_PKEY_free(parameters) }
            return try generate(EVP_PKEY_CTX_new_from_pkey(nil, parameters, nil), "DSA") { _ in 1 }
        }
    }

    private static func generate(
        _ name: String, _ prepare: (OpaquePointer?) -> Int32
    ) throws(CryptoError) -> PrivateKey {
        try generate(EVP_PKEY_CTX_new_from_name(nil, name, nil), name, prepare)
    }

    /// Makes a key with a context, which it frees.
    private static func generate(
        _ context: OpaquePointer?, _ name: String, _ prepare: (OpaquePointer?) -> Int32
    ) throws(CryptoError) -> PrivateKey {
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard context != nil, EVP_PKEY_keygen_init(context) == 1, prepare(context) == 1,
            EVP_PKEY_generate(context, &key) == 1, let key
        else { throw .libcrypto("a new \(name) key") }
        return try PrivateKey(taking: key)
    }

    /// The numbers that a DSA key lies in, with a subgroup of 256 bits (FIPS 186-4 §4.2).
    private static func dsaParameters(_ bits: Int) throws(CryptoError) -> OpaquePointer {
        let context = EVP_PKEY_CTX_new_from_name(nil, "DSA", nil)
        defer { EVP_PKEY_CTX_free(context) }
        var parameters: OpaquePointer?
        guard context != nil, EVP_PKEY_paramgen_init(context) == 1,
            EVP_PKEY_CTX_set_dsa_paramgen_bits(context, Int32(clamping: bits)) == 1,
            EVP_PKEY_CTX_set_dsa_paramgen_q_bits(context, 256) == 1,
            EVP_PKEY_generate(context, &parameters) == 1, let parameters
        else { throw .libcrypto("numbers for a DSA key") }
        return parameters
    }
}
