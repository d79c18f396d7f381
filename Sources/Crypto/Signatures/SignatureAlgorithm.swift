import Wire

/// A signature algorithm with its hash: what an AlgorithmIdentifier names (RFC 7427 §3).
public enum SignatureAlgorithm: CaseIterable, Hashable, Sendable {
    case rsaWithSHA1, rsaWithSHA256, rsaWithSHA384, rsaWithSHA512
    case rsaPSSWithSHA1, rsaPSSWithSHA256, rsaPSSWithSHA384, rsaPSSWithSHA512
    case dsaWithSHA1, dsaWithSHA256
    case ecdsaWithSHA1, ecdsaWithSHA256, ecdsaWithSHA384, ecdsaWithSHA512
    case ed25519, ed448

    /// The primitive without its hash.
    enum Primitive: Equatable {
        /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2).
        case rsaPKCS1
        /// RSASSA-PSS (RFC 8017 §8.1), with a salt as long as the hash.
        case rsaPSS
        case dsa, ecdsa, ed25519, ed448
    }

    var primitive: Primitive {
        switch self {
        case .rsaWithSHA1, .rsaWithSHA256, .rsaWithSHA384, .rsaWithSHA512: .rsaPKCS1
        case .rsaPSSWithSHA1, .rsaPSSWithSHA256, .rsaPSSWithSHA384, .rsaPSSWithSHA512: .rsaPSS
        case .dsaWithSHA1, .dsaWithSHA256: .dsa
        case .ecdsaWithSHA1, .ecdsaWithSHA256, .ecdsaWithSHA384, .ecdsaWithSHA512: .ecdsa
        case .ed25519: .ed25519
        case .ed448: .ed448
        }
    }

    /// The hash, as SIGNATURE_HASH_ALGORITHMS announces it.
    public var hash: SignatureHashAlgorithm { digest?.number ?? .identity }

    /// The hash, unless the primitive does its own (RFC 8420 §2).
    var digest: Digest? {
        switch self {
        case .rsaWithSHA1, .rsaPSSWithSHA1, .dsaWithSHA1, .ecdsaWithSHA1: .sha1
        case .rsaWithSHA256, .rsaPSSWithSHA256, .dsaWithSHA256, .ecdsaWithSHA256: .sha256
        case .rsaWithSHA384, .rsaPSSWithSHA384, .ecdsaWithSHA384: .sha384
        case .rsaWithSHA512, .rsaPSSWithSHA512, .ecdsaWithSHA512: .sha512
        case .ed25519, .ed448: nil
        }
    }

    /// The kind of key that makes it.
    public var family: SignatureFamily {
        switch primitive {
        case .rsaPKCS1, .rsaPSS: .rsa
        case .dsa: .dss
        case .ecdsa: .ecdsa
        case .ed25519, .ed448: .eddsa
        }
    }

    /// The name in X.509.
    public var name: String {
        switch self {
        case .rsaWithSHA1: "sha1WithRSAEncryption"
        case .rsaWithSHA256: "sha256WithRSAEncryption"
        case .rsaWithSHA384: "sha384WithRSAEncryption"
        case .rsaWithSHA512: "sha512WithRSAEncryption"
        case .rsaPSSWithSHA1: "RSASSA-PSS with SHA-1"
        case .rsaPSSWithSHA256: "RSASSA-PSS with SHA-256"
        case .rsaPSSWithSHA384: "RSASSA-PSS with SHA-384"
        case .rsaPSSWithSHA512: "RSASSA-PSS with SHA-512"
        case .dsaWithSHA1: "dsa-with-sha1"
        case .dsaWithSHA256: "dsa-with-sha256"
        case .ecdsaWithSHA1: "ecdsa-with-SHA1"
        case .ecdsaWithSHA256: "ecdsa-with-SHA256"
        case .ecdsaWithSHA384: "ecdsa-with-SHA384"
        case .ecdsaWithSHA512: "ecdsa-with-SHA512"
        case .ed25519: "Ed25519"
        case .ed448: "Ed448"
        }
    }
}

extension SignatureAlgorithm: CustomStringConvertible {
    /// The name in X.509.
    public var description: String { name }
}

extension SignatureAlgorithm {
    static let rsaPKCS1: [SignatureAlgorithm] = [
        .rsaWithSHA256, .rsaWithSHA384, .rsaWithSHA512, .rsaWithSHA1,
    ]

    static func rsaPKCS1(_ digest: Digest) -> SignatureAlgorithm {
        switch digest {
        case .sha1: .rsaWithSHA1
        case .sha256: .rsaWithSHA256
        case .sha384: .rsaWithSHA384
        case .sha512: .rsaWithSHA512
        }
    }

    static func rsaPSS(_ digest: Digest) -> SignatureAlgorithm {
        switch digest {
        case .sha1: .rsaPSSWithSHA1
        case .sha256: .rsaPSSWithSHA256
        case .sha384: .rsaPSSWithSHA384
        case .sha512: .rsaPSSWithSHA512
        }
    }

    static func ecdsa(_ digest: Digest) -> SignatureAlgorithm {
        switch digest {
        case .sha1: .ecdsaWithSHA1
        case .sha256: .ecdsaWithSHA256
        case .sha384: .ecdsaWithSHA384
        case .sha512: .ecdsaWithSHA512
        }
    }
}
