import COpenSSL

/// One signature, to be made or verified by libcrypto with the parameters that an algorithm has.
struct EVPSignature {
    private let key: OpaquePointer
    private let algorithm: SignatureAlgorithm

    init(_ key: OpaquePointer, _ algorithm: SignatureAlgorithm) {
        self.key = key
        self.algorithm = algorithm
    }

    /// Throws ``CryptoError/signatureRefused(_:)`` unless it is the key owner's over the octets.
    func verify(_ signature: [UInt8], of octets: [UInt8]) throws(CryptoError) {
        let context = try newContext()
        defer { EVP_MD_CTX_free(context) }
        var parameters: OpaquePointer?
        guard
            EVP_DigestVerifyInit_ex(
                context, &parameters, algorithm.digest?.libcryptoName, nil, nil, key, nil) == 1,
            setPadding(parameters)
        else { throw .libcrypto("a verification of \(algorithm)") }
        guard
            EVP_DigestVerify(context, signature, signature.count, octets, octets.count) == 1
        else {
            ERR_clear_error()
            throw .signatureRefused(.doesNotVerify(algorithm: algorithm.name))
        }
    }

    /// Signs the octets.
    func sign(_ octets: [UInt8]) throws(CryptoError) -> [UInt8] {
        let context = try newContext()
        defer { EVP_MD_CTX_free(context) }
        var parameters: OpaquePointer?
        var count = 0
        guard
            EVP_DigestSignInit_ex(
                context, &parameters, algorithm.digest?.libcryptoName, nil, nil, key, nil) == 1,
            setPadding(parameters),
            EVP_DigestSign(context, nil, &count, octets, octets.count) == 1
        else { throw .libcrypto("a signature of \(algorithm)") }
        var isDone = false
        let signature = [UInt8](unsafeUninitializedCapacity: count) { room, initialized in
            isDone = EVP_DigestSign(context, room.baseAddress, &count, octets, octets.count) == 1
            initialized = isDone ? min(count, room.count) : 0
        }
        guard isDone else { throw .libcrypto("a signature of \(algorithm)") }
        return signature
    }

    private func newContext() throws(CryptoError) -> OpaquePointer {
        guard let context = EVP_MD_CTX_new() else { throw .libcrypto("a signature context") }
        return context
    }

    /// RSASSA-PSS wants its salt length said; MGF1 takes the same hash unless told otherwise.
    private func setPadding(_ parameters: OpaquePointer?) -> Bool {
        switch algorithm.primitive {
        case .rsaPSS:
            EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1
        case .rsaPKCS1:
            EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PADDING) == 1
        case .dsa, .ecdsa, .ed25519, .ed448: true
        }
    }
}
