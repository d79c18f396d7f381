import COpenSSL
import Wire

extension PublicKey {
    /// Finds out whether the AUTH payload is the key owner's signature over the octets of RFC 7296
    /// §2.15, and tells how it was made.
    ///
    /// `offered` are the hashes of our own SIGNATURE_HASH_ALGORITHMS: method 14 must not use others
    /// (RFC 7427 §4), while those of the other methods are given by RFC 7296 and RFC 4754. Throws
    /// ``CryptoError/signatureRefused(_:)``.
    @discardableResult
    public func verify(
        _ authentication: Authentication, of octets: [UInt8], offered: [SignatureHashAlgorithm]
    ) throws(CryptoError) -> SignatureScheme {
        let method = authentication.method
        switch method {
        case .rsaSignature:
            // The hash is not named. A peer may take a better one than SHA-1 (RFC 7296 §3.8).
            let algorithm = try verifyPKCS1(
                authentication.data, of: octets, among: SignatureAlgorithm.rsaPKCS1)
            return SignatureScheme(method: method, algorithm: algorithm)
        case .dssSignature:
            return try verifyRaw(authentication.data, of: octets, by: .dssSignature)
        case .ecdsaSHA256:
            return try verifyRaw(authentication.data, of: octets, by: .ecdsaSHA256)
        case .ecdsaSHA384:
            return try verifyRaw(authentication.data, of: octets, by: .ecdsaSHA384)
        case .ecdsaSHA512:
            return try verifyRaw(authentication.data, of: octets, by: .ecdsaSHA512)
        case .digitalSignature:
            let (algorithm, signature) = try Self.named(authentication.data)
            guard offered.contains(algorithm.hash) else {
                throw .signatureRefused(.hashNotOffered(algorithm.hash))
            }
            try verify(signature, of: octets, by: algorithm)
            return .digitalSignature(algorithm)
        default:
            throw .signatureRefused(.methodUnknown(method))
        }
    }

    /// The algorithm in front of a signature, and the signature (RFC 7427 §3).
    private static func named(
        _ data: [UInt8]
    ) throws(CryptoError) -> (SignatureAlgorithm, signature: [UInt8]) {
        guard let length = data.first, data.count > 1 + Int(length) else {
            throw .signatureRefused(.truncated)
        }
        let identifier = data.dropFirst().prefix(Int(length))
        guard let algorithm = SignatureAlgorithm(identifier: identifier) else {
            throw .signatureRefused(.algorithmUnknown(identifier: Array(identifier)))
        }
        return (algorithm, Array(data.dropFirst(1 + Int(length))))
    }

    /// Checks a signature as X.509 has them: those of DSA and ECDSA in DER.
    func verify(
        _ signature: [UInt8], of octets: [UInt8], by algorithm: SignatureAlgorithm
    ) throws(CryptoError) {
        switch algorithm.primitive {
        case .rsaPKCS1:
            _ = try verifyPKCS1(signature, of: octets, among: [algorithm])
        case .rsaPSS, .dsa, .ecdsa, .ed25519, .ed448:
            guard kind.makes(algorithm) else { throw doesNotFit(algorithm) }
            guard kind.signatureLengths.contains(signature.count) else {
                throw wrongLength(signature)
            }
            try EVPSignature(key, algorithm).verify(signature, of: octets)
        }
    }

    /// Finds the algorithm, of those given, whose padding the signature has.
    private func verifyPKCS1(
        _ signature: [UInt8], of octets: [UInt8], among algorithms: [SignatureAlgorithm]
    ) throws(CryptoError) -> SignatureAlgorithm {
        guard let first = algorithms.first, case .rsa = kind else {
            throw doesNotFit(algorithms.first ?? .rsaWithSHA1)
        }
        guard kind.signatureLengths.contains(signature.count) else {
            throw wrongLength(signature)
        }
        if let recovered = try RSAPadding.recovered(from: signature, by: key) {
            for algorithm in algorithms {
                guard let digest = algorithm.digest,
                    let padded = RSAPadding.padded(
                        try digest(octets), digest, length: signature.count)
                else { continue }
                if constantTimeEqual(padded, recovered) { return algorithm }
            }
        }
        throw .signatureRefused(
            .doesNotVerify(algorithm: algorithms.count == 1 ? first.name : "RSA"))
    }

    /// Checks a signature of two numbers, one behind the other.
    private func verifyRaw(
        _ signature: [UInt8], of octets: [UInt8], by scheme: SignatureScheme
    ) throws(CryptoError) -> SignatureScheme {
        let orderLength: Int
        switch (kind, scheme.method) {
        case (.dsa(_, let orderBits), .dssSignature): orderLength = orderBits / 8
        case (.ec(.p256), .ecdsaSHA256), (.ec(.p384), .ecdsaSHA384), (.ec(.p521), .ecdsaSHA512):
            orderLength = kind.orderLength
        default:
            throw .signatureRefused(
                .keyDoesNotFit(algorithm: scheme.method.name, key: kind.name))
        }
        guard let encoded = RawSignature.encoded(signature, orderLength: orderLength) else {
            throw wrongLength(signature)
        }
        try EVPSignature(key, scheme.algorithm).verify(encoded, of: octets)
        return scheme
    }

    private func doesNotFit(_ algorithm: SignatureAlgorithm) -> CryptoError {
        .signatureRefused(.keyDoesNotFit(algorithm: algorithm.name, key: kind.name))
    }

    private func wrongLength(_ signature: [UInt8]) -> CryptoError {
        .signatureRefused(.wrongLength(octets: signature.count, key: kind.name))
    }
}

extension PublicKey.Kind {
    /// Octets of each number of a signature of DSA or ECDSA.
    var orderLength: Int {
        switch self {
        case .dsa(_, let orderBits): orderBits / 8
        case .ec(let curve): curve.orderLength
        case .rsa, .rsaPSS, .ed25519, .ed448: 0
        }
    }

    /// How many octets a signature in X.509's form may have.
    var signatureLengths: ClosedRange<Int> {
        switch self {
        case .rsa(let bits), .rsaPSS(let bits, _): (bits + 7) / 8...(bits + 7) / 8
        // A sequence of two numbers: at least one octet each, at most the order's and a zero.
        case .dsa, .ec: 8...2 * (orderLength + 1 + 3) + 3
        case .ed25519: 64...64
        case .ed448: 114...114
        }
    }
}
