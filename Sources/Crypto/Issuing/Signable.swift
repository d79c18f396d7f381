import COpenSSL

/// What its own key or an authority's signs: a certificate or a request in the making.
///
/// libcrypto signs with keys that it holds. For one in a device it says what is to be signed, and the
/// device's signature is put in its place.
enum Signable {
    case certificate(OpaquePointer)
    case request(OpaquePointer)

    /// Signs it.
    func sign(with key: PrivateKey, digest: Digest) throws(CryptoError) {
        guard !key.isInDevice else {
            try signInDevice(key, digest)
            return
        }
        let method = digest.method(for: key.kind)
        let length = try key.withHandle { key in
            switch self {
            case .certificate(let handle): X509_sign(handle, key, method)
            case .request(let handle): X509_REQ_sign(handle, key, method)
            }
        }
        guard length > 0 else { throw .libcrypto("a signature in X.509") }
    }

    private func signInDevice(_ key: PrivateKey, _ digest: Digest) throws(CryptoError) {
        guard let algorithm = key.kind.algorithm(with: digest) else {
            throw .unsupported(algorithm: "\(key.kind.name) by a token")
        }
        // What is signed says how: the algorithm first.
        try name(algorithm)
        let octets = encoded { position in
            switch self {
            case .certificate(let handle): i2d_re_X509_tbs(handle, &position)
            case .request(let handle): i2d_re_X509_REQ_tbs(handle, &position)
            }
        }
        guard !octets.isEmpty else { throw .libcrypto("what a token is to sign") }
        let signature = try key.sign(octets, by: algorithm)
        guard let field = fields.signature,
            ASN1_STRING_set(field, signature, Int32(clamping: signature.count)) == 1
        else { throw .libcrypto("a token's signature in X.509") }
        // All bits of the last octet count.
        field.pointee.flags = field.pointee.flags & ~0x07 | Int(ASN1_STRING_FLAG_BITS_LEFT)
    }

    private func name(_ algorithm: SignatureAlgorithm) throws(CryptoError) {
        let identifier = algorithm.identifier
        let decoded = identifier.withUnsafeBufferPointer { der in
            var position = der.baseAddress
            return d2i_X509_ALGOR(nil, &position, der.count)
        }
        defer { X509_ALGOR_free(decoded) }
        for place in fields.algorithms {
            guard let place, decoded != nil, X509_ALGOR_copy(place, decoded) == 1 else {
                throw .libcrypto("a signature's algorithm")
            }
        }
    }

    /// Where the algorithm and the signature stand. libcrypto lends them to read only, though they
    /// are its owner's: it has no function to write those of a certificate.
    private var fields:
        (
            algorithms: [UnsafeMutablePointer<X509_ALGOR>?],
            signature: UnsafeMutablePointer<ASN1_BIT_STRING>?
        )
    {
        var signature: UnsafePointer<ASN1_BIT_STRING>?
        var algorithm: UnsafePointer<X509_ALGOR>?
        var inner: [UnsafeMutablePointer<X509_ALGOR>?] = []
        switch self {
        case .certificate(let handle):
            X509_get0_signature(&signature, &algorithm, handle)
            inner = [UnsafeMutablePointer(mutating: X509_get0_tbs_sigalg(handle))]
        case .request(let handle): X509_REQ_get0_signature(handle, &signature, &algorithm)
        }
        return (
            inner + [UnsafeMutablePointer(mutating: algorithm)],
            UnsafeMutablePointer(mutating: signature)
        )
    }
}

extension PublicKey.Kind {
    /// What a device signs certificates with by a key of the kind; `nil` when it does not.
    fileprivate func algorithm(with digest: Digest) -> SignatureAlgorithm? {
        switch self {
        case .rsa: .rsaPKCS1(digest)
        case .ec: .ecdsa(digest)
        case .rsaPSS, .dsa, .ed25519, .ed448: nil
        }
    }
}
