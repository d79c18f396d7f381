import COpenSSL

extension PKCS12 {
    /// Makes a file in DER that holds a key and the certificates of its chain, its own first,
    /// encrypted under the PIN by AES-256.
    public static func make(
        key: PrivateKey, certificates: [X509Certificate], label: String, pin: Secret
    ) throws(CryptoError) -> [UInt8] {
        let others = OPENSSL_sk_new_null()
        defer { OPENSSL_sk_free(others) }
        // They are only lent, for as long as `certificates` lives.
        for certificate in certificates.dropFirst() {
            OPENSSL_sk_push(others, UnsafeRawPointer(certificate.handle))
        }
        let file = try key.withHandle { key in
            withCString(pin) {
                PKCS12_create(
                    $0, label, key, certificates.first?.handle, others, NID_aes_256_cbc,
                    NID_aes_256_cbc, iterations, iterations, 0)
            }
        }
        guard let file else { throw .libcrypto("a PKCS #12 file") }
        defer { PKCS12_free(file) }
        return withExtendedLifetime(certificates) { encoded { i2d_PKCS12(file, &$0) } }
    }

    /// Of PBKDF2: what OpenSSL's own command does is a hundredth.
    private static let iterations: Int32 = 200_000
}
