import COpenSSL

extension PrivateKey {
    /// The cost of turning a PIN into a key (RFC 7914 §2): 16 MiB of memory and some tens of
    /// milliseconds. libcrypto opens nothing that takes more than 32 MiB.
    private static let scrypt: (n: UInt64, r: UInt64, p: UInt64) = (16384, 8, 1)

    /// The key as PKCS #8 in DER (RFC 5958); with a PIN, encrypted under it by AES-256, the key for
    /// that made by scrypt.
    public func pkcs8(pin: Secret? = nil) throws(CryptoError) -> Secret {
        let info = try keyInfo()
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        guard let pin else {
            return try Self.encode("a private key") { i2d_PKCS8_PRIV_KEY_INFO(info, $0) }
        }
        let encrypted = try Self.encrypt(info, pin)
        defer { X509_SIG_free(encrypted) }
        return try Self.encode("an encrypted private key") { i2d_X509_SIG(encrypted, $0) }
    }

    /// The same in PEM.
    public func pem(pin: Secret? = nil) throws(CryptoError) -> Secret {
        let label = pin == nil ? "PRIVATE KEY" : "ENCRYPTED PRIVATE KEY"
        return try pkcs8(pin: pin).withUnsafeBytes { octets throws(CryptoError) in
            try PEM.text(label, octets)
        }
    }

    private func keyInfo() throws(CryptoError) -> OpaquePointer {
        guard let info = try withHandle({ EVP_PKEY2PKCS8($0) }) else {
            throw .libcrypto("a private key's encoding")
        }
        return info
    }

    private static func encrypt(
        _ info: OpaquePointer, _ pin: Secret
    ) throws(CryptoError) -> OpaquePointer {
        guard let count = Int32(exactly: pin.count),
            let algorithm = PKCS5_pbe2_set_scrypt(
                EVP_aes_256_cbc(), nil, 0, nil, scrypt.n, scrypt.r, scrypt.p)
        else { throw .libcrypto("an encryption under a PIN") }
        let encrypted = pin.withUnsafeBytes { pin in
            PKCS8_set0_pbe(
                pin.bindMemory(to: CChar.self).baseAddress, count, info, algorithm)
        }
        guard let encrypted else {
            X509_ALGOR_free(algorithm)
            throw .libcrypto("an encryption under a PIN")
        }
        return encrypted
    }

    /// What libcrypto encodes, straight into a secret.
    private static func encode(
        _ operation: String,
        _ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
    ) throws(CryptoError) -> Secret {
        let count = encode(nil)
        guard count > 0 else { throw .libcrypto(operation) }
        return try Secret(count: Int(count)) { room throws(CryptoError) in
            var position = room.bindMemory(to: UInt8.self).baseAddress
            guard encode(&position) == count else { throw .libcrypto(operation) }
        }
    }
}
