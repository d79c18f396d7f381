import Wire

/// How an AUTH payload is made with a private key: the method on the wire, and the algorithm.
public struct SignatureScheme: Hashable, Sendable {
    /// The method.
    public let method: AuthenticationMethod
    /// The signature and its hash.
    public let algorithm: SignatureAlgorithm

    /// Method 1 (RFC 7296 §3.8), with the hash that everybody understands.
    public static let rsaSignature = SignatureScheme(
        method: .rsaSignature, algorithm: .rsaWithSHA1)
    /// Method 3.
    public static let dssSignature = SignatureScheme(
        method: .dssSignature, algorithm: .dsaWithSHA1)
    /// Method 9 (RFC 4754).
    public static let ecdsaSHA256 = SignatureScheme(
        method: .ecdsaSHA256, algorithm: .ecdsaWithSHA256)
    /// Method 10 (RFC 4754).
    public static let ecdsaSHA384 = SignatureScheme(
        method: .ecdsaSHA384, algorithm: .ecdsaWithSHA384)
    /// Method 11 (RFC 4754).
    public static let ecdsaSHA512 = SignatureScheme(
        method: .ecdsaSHA512, algorithm: .ecdsaWithSHA512)

    /// Method 14: the signature is preceded by what names its algorithm (RFC 7427 §3).
    public static func digitalSignature(_ algorithm: SignatureAlgorithm) -> SignatureScheme {
        SignatureScheme(method: .digitalSignature, algorithm: algorithm)
    }
}

extension SignatureScheme: CustomStringConvertible {
    /// The method, with what it leaves open: `DIGITAL_SIGNATURE (Ed25519)`.
    public var description: String {
        switch method {
        case .digitalSignature, .rsaSignature: "\(method) (\(algorithm))"
        default: method.name
        }
    }
}

extension SignatureFamily {
    /// The schemes of this family that are verified with these hashes, the preferred one first: those
    /// that name their algorithm, then those from before.
    public func verifiedSchemes(_ hashes: [SignatureHashAlgorithm]) -> [SignatureScheme] {
        let named = preferredAlgorithms.filter { hashes.contains($0.hash) }
        return named.map { .digitalSignature($0) } + plainSchemes
    }

    private var preferredAlgorithms: [SignatureAlgorithm] {
        let digests: [Digest] = [.sha256, .sha384, .sha512]
        return switch self {
        case .rsa:
            digests.map { .rsaPSS($0) } + digests.map { .rsaPKCS1($0) }
        case .dss: [.dsaWithSHA256]
        case .ecdsa: digests.map { .ecdsa($0) }
        case .eddsa: [.ed25519, .ed448]
        }
    }

    private var plainSchemes: [SignatureScheme] {
        switch self {
        case .rsa: [.rsaSignature]
        case .dss: [.dssSignature]
        case .ecdsa: [.ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512]
        case .eddsa: []
        }
    }
}

// What a key can do.
extension PublicKey.Kind {
    /// The schemes that a key of this kind makes for a peer who announced these hashes, the
    /// preferred one first. Without an announcement it does not know method 14 (RFC 7427 §4).
    ///
    /// RSASSA-PSS goes before PKCS #1 (RFC 8247 §3.2), a hash as strong as the key before others, and
    /// SHA-1 is left to the peers who know nothing better.
    public func schemes(announced: [SignatureHashAlgorithm]) -> [SignatureScheme] {
        let digests = preferredDigests.filter { announced.contains($0.number) }
        switch self {
        case .rsa(let bits):
            let algorithms =
                digests.map { SignatureAlgorithm.rsaPSS($0) }
                + digests.map { SignatureAlgorithm.rsaPKCS1($0) }
            let fitting = algorithms.filter { Self.fits($0, bits: bits) }
            return fitting.map { .digitalSignature($0) } + [.rsaSignature]
        case .rsaPSS(let bits, _):
            return digests.map { .rsaPSS($0) }
                .filter { makes($0) && Self.fits($0, bits: bits) }
                .map { .digitalSignature($0) }
        case .dsa:
            return (digests.contains(.sha256) ? [.digitalSignature(.dsaWithSHA256)] : [])
                + [.dssSignature]
        case .ec(let curve):
            let named = digests.map { SignatureScheme.digitalSignature(.ecdsa($0)) }
            switch curve {
            case .p256: return named + [.ecdsaSHA256]
            case .p384: return named + [.ecdsaSHA384]
            case .p521: return named + [.ecdsaSHA512]
            case .brainpool256, .brainpool384, .brainpool512: return named
            }
        case .ed25519:
            return announced.contains(.identity) ? [.digitalSignature(.ed25519)] : []
        case .ed448:
            return announced.contains(.identity) ? [.digitalSignature(.ed448)] : []
        }
    }

    /// The hash as strong as the key, then the stronger, then the weaker ones.
    private var preferredDigests: [Digest] {
        switch self {
        case .rsa, .rsaPSS, .dsa, .ec(.p256), .ec(.brainpool256): [.sha256, .sha384, .sha512]
        case .ec(.p384), .ec(.brainpool384): [.sha384, .sha512, .sha256]
        case .ec(.p521), .ec(.brainpool512): [.sha512, .sha384, .sha256]
        case .ed25519, .ed448: []
        }
    }

    /// Whether a modulus holds the padding: RSASSA-PSS with SHA-512 takes 1034 bits (RFC 8017 §9.1).
    private static func fits(_ algorithm: SignatureAlgorithm, bits: Int) -> Bool {
        guard algorithm.primitive == .rsaPSS, let digest = algorithm.digest else { return true }
        return (bits - 1 + 7) / 8 >= 2 * digest.length + 2
    }

    /// Whether a key of this kind makes such signatures.
    func makes(_ algorithm: SignatureAlgorithm) -> Bool {
        switch (self, algorithm.primitive) {
        case (.rsa, .rsaPKCS1), (.rsa, .rsaPSS), (.dsa, .dsa), (.ec, .ecdsa),
            (.ed25519, .ed25519), (.ed448, .ed448):
            true
        case (.rsaPSS(_, let hash), .rsaPSS): hash == nil || hash == algorithm.hash
        default: false
        }
    }
}
