/// What keeps a private key to itself and signs with it: a token.
public protocol KeyDevice: AnyObject, Sendable {
    /// Signs. Any thread may call it, and may have to wait.
    ///
    /// RSA's signature is as long as the modulus; that of ECDSA is its two numbers, one behind the
    /// other.
    func sign(_ input: DeviceInput) throws(CryptoError) -> [UInt8]
}

/// What a device is given to sign: everything that needs no private key has been done.
public enum DeviceInput: Sendable {
    /// The DigestInfo of RFC 8017 §9.2, without the padding.
    case rsaPKCS1(digestInfo: [UInt8])
    /// A hash, to be padded with a salt of its length (RFC 8017 §9.1).
    case rsaPSS(hash: [UInt8], Digest)
    /// A hash.
    case ecdsa(hash: [UInt8])
}

extension DeviceInput {
    /// The input for a signature over the octets.
    init(_ octets: [UInt8], _ algorithm: SignatureAlgorithm) throws(CryptoError) {
        guard let digest = algorithm.digest else {
            throw .unsupported(algorithm: "\(algorithm.name) by a token")
        }
        let hash = try digest(octets)
        switch algorithm.primitive {
        case .rsaPKCS1: self = .rsaPKCS1(digestInfo: RSAPadding.digestInfo(hash, digest))
        case .rsaPSS: self = .rsaPSS(hash: hash, digest)
        case .ecdsa: self = .ecdsa(hash: hash)
        case .dsa, .ed25519, .ed448:
            throw .unsupported(algorithm: "\(algorithm.name) by a token")
        }
    }
}
