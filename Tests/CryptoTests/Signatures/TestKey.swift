import COpenSSL
import Testing

@testable import Crypto

/// A key that a test has libcrypto make.
final class TestKey: @unchecked Sendable {
    let handle: OpaquePointer

    private init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        EVP_PKEY_free(handle)
    }

    /// An RSA key. Making one of 3072 bits takes some tenths of a second.
    static func rsa(_ bits: Int32, exponent: UInt = 65537) throws -> TestKey {
        try generate("RSA") { context in
            let number = BN_new()
            defer { BN_free(number) }
            return BN_set_word(number, exponent) == 1
                && EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1
                && EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, number) == 1
        }
    }

    /// An RSA key for RSASSA-PSS only, with parameters if there is a hash.
    static func rsaPSS(
        _ bits: Int32, hash: String? = nil, maskHash: String? = nil, saltLength: Int32 = 20
    ) throws -> TestKey {
        try generate("RSA-PSS") { context in
            guard EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1 else { return false }
            guard let hash else { return true }
            return EVP_PKEY_CTX_set_rsa_pss_keygen_md_name(context, hash, nil) == 1
                && EVP_PKEY_CTX_set_rsa_pss_keygen_mgf1_md_name(context, maskHash ?? hash) == 1
                && EVP_PKEY_CTX_set_rsa_pss_keygen_saltlen(context, saltLength) == 1
        }
    }

    static func ec(_ curve: String) throws -> TestKey {
        try generate("EC") { EVP_PKEY_CTX_set_group_name($0, curve) == 1 }
    }

    /// A key that needs no parameters: ED25519, ED448, X25519.
    static func named(_ name: String) throws -> TestKey {
        try generate(name) { _ in true }
    }

    /// A key with the parameters of another.
    static func like(_ key: PublicKey) throws -> TestKey {
        let context = try #require(EVP_PKEY_CTX_new_from_pkey(nil, key.key, nil))
        return try generate(context) { _ in true }
    }

    private static func generate(
        _ kind: String, _ setUp: (OpaquePointer) -> Bool
    ) throws -> TestKey {
        try generate(try #require(EVP_PKEY_CTX_new_from_name(nil, kind, nil)), setUp)
    }

    private static func generate(
        _ context: OpaquePointer, _ setUp: (OpaquePointer) -> Bool
    ) throws -> TestKey {
        defer { EVP_PKEY_CTX_free(context) }
        try #require(EVP_PKEY_keygen_init(context) == 1)
        try #require(setUp(context))
        var key: OpaquePointer?
        try #require(EVP_PKEY_keygen(context, &key) == 1)
        return TestKey(try #require(key))
    }

    /// The key as the product has it.
    func privateKey() throws -> PrivateKey {
        EVP_PKEY_up_ref(handle)
        return try PrivateKey(taking: handle)
    }

    func publicKey() throws -> PublicKey { try privateKey().publicKey }

    /// The octets raised to the private exponent of RSA: what makes any padding a signature.
    func rsaPower(_ octets: [UInt8]) throws -> [UInt8] {
        let context = try #require(EVP_PKEY_CTX_new_from_pkey(nil, handle, nil))
        defer { EVP_PKEY_CTX_free(context) }
        try #require(EVP_PKEY_sign_init(context) == 1)
        try #require(EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1)
        var power = [UInt8](repeating: 0, count: octets.count)
        var count = power.count
        try #require(EVP_PKEY_sign(context, &power, &count, octets, octets.count) == 1)
        return power
    }
}
