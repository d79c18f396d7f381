import COpenSSL

/// The numbers of a private key, the most significant octet first, for a token that takes it over.
public enum PrivateNumbers: Sendable {
    /// RFC 8017 §3.2.
    public struct RSA: Sendable {
        /// n
        public let modulus: [UInt8]
        /// e
        public let publicExponent: [UInt8]
        /// d
        public let privateExponent: Secret
        /// p and q
        public let primes: (Secret, Secret)
        /// dP and dQ
        public let exponents: (Secret, Secret)
        /// qInv
        public let coefficient: Secret
    }

    /// A key of RSA with two primes.
    case rsa(RSA)
    /// A curve, the uncompressed point of the public half, and the private number.
    case ec(EllipticCurve, point: [UInt8], number: Secret)
}

extension PrivateKey {
    /// The numbers that it consists of. Throws for a key in a device, and for kinds that tokens do
    /// not sign with for IKE.
    public func numbers() throws(CryptoError) -> PrivateNumbers {
        switch kind {
        case .rsa:
            // Swift does not see the macros of the numbered names.
            guard try !has("rsa-factor3") else {
                throw .unsupported(algorithm: "RSA with more than two primes on a token")
            }
            return .rsa(
                PrivateNumbers.RSA(
                    modulus: try number(OSSL_PKEY_PARAM_RSA_N).revealed(),
                    publicExponent: try number(OSSL_PKEY_PARAM_RSA_E).revealed(),
                    privateExponent: try number(OSSL_PKEY_PARAM_RSA_D),
                    primes: (
                        try number("rsa-factor1"),
                        try number("rsa-factor2")
                    ),
                    exponents: (
                        try number("rsa-exponent1"),
                        try number("rsa-exponent2")
                    ),
                    coefficient: try number("rsa-coefficient1")))
        case .ec(let curve):
            return .ec(
                curve, point: try point(on: curve),
                number: try number(OSSL_PKEY_PARAM_PRIV_KEY, count: curve.orderLength))
        case .rsaPSS, .dsa, .ed25519, .ed448:
            throw .unsupported(algorithm: "\(kind.name) on a token")
        }
    }

    /// Uncompressed, whatever form it was read in (SEC 1 §2.3.3).
    private func point(on curve: EllipticCurve) throws(CryptoError) -> [UInt8] {
        let x = try number(OSSL_PKEY_PARAM_EC_PUB_X, count: curve.orderLength)
        let y = try number(OSSL_PKEY_PARAM_EC_PUB_Y, count: curve.orderLength)
        return [0x04] + x.revealed() + y.revealed()
    }

    private func has(_ name: String) throws(CryptoError) -> Bool {
        var number: OpaquePointer?
        defer {
            BN_clear_free(number)
            ERR_clear_error()
        }
        return try withHandle { EVP_PKEY_get_bn_param($0, name, &number) } == 1
    }

    /// One of them, as long as it is, or padded to a length.
    private func number(_ name: String, count: Int? = nil) throws(CryptoError) -> Secret {
        var number: OpaquePointer?
        defer { BN_clear_free(number) }
        guard try withHandle({ EVP_PKEY_get_bn_param($0, name, &number) }) == 1 else {
            throw .libcrypto("a private key's numbers")
        }
        let length = count ?? Int(BN_num_bits(number) + 7) / 8
        return try Secret(count: length) { room throws(CryptoError) in
            let place = room.bindMemory(to: UInt8.self).baseAddress
            guard BN_bn2binpad(number, place, Int32(clamping: length)) >= 0 else {
                throw .libcrypto("a private key's numbers")
            }
        }
    }
}

extension PublicKey {
    /// RFC 5280 §4.2.1.2 (1): SHA-1 over the key.
    public func identifier() throws(CryptoError) -> [UInt8] { try Digest.sha1(bits()) }

    /// The content of its BIT STRING; of EC keys that is the point.
    func bits() throws(CryptoError) -> [UInt8] {
        let info = subjectPublicKeyInfo
        let decoded = info.withUnsafeBufferPointer { der in
            var position = der.baseAddress
            return d2i_X509_PUBKEY(nil, &position, der.count)
        }
        defer { X509_PUBKEY_free(decoded) }
        var octets: UnsafePointer<UInt8>?
        var count: Int32 = 0
        guard decoded != nil, X509_PUBKEY_get0_param(nil, &octets, &count, nil, decoded) == 1
        else { throw .libcrypto("a public key") }
        return [UInt8](UnsafeBufferPointer(start: octets, count: max(0, Int(count))))
    }
}

extension EllipticCurve {
    /// What names the curve, in DER (RFC 5480 §2.1.1).
    public var parameters: [UInt8] {
        encoded { i2d_ASN1_OBJECT(OBJ_txt2obj(libcryptoName, 0), &$0) }
    }

    private var libcryptoName: String {
        switch self {
        case .p256: "prime256v1"
        case .p384: "secp384r1"
        case .p521: "secp521r1"
        case .brainpool256, .brainpool384, .brainpool512: name
        }
    }
}
