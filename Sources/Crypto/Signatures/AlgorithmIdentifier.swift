// The AlgorithmIdentifiers of RFC 7427 appendix A and RFC 8420 appendix A. They are built and
// compared, never parsed: nothing that a peer can put into one has a meaning of its own here.

extension SignatureAlgorithm {
    /// The DER that goes before a signature of ours.
    public var identifier: [UInt8] {
        switch primitive {
        case .rsaPKCS1: DER.sequence(DER.object(object) + DER.null)
        case .rsaPSS: Self.pss(digest ?? .sha256, true, hasTrailer: false)
        case .dsa, .ecdsa, .ed25519, .ed448: DER.sequence(DER.object(object))
        }
    }

    /// Every encoding that is accepted from a peer.
    var acceptedIdentifiers: [[UInt8]] {
        guard primitive == .rsaPSS, let digest else { return [identifier] }
        var accepted: [[UInt8]] = []
        // RFC 4055 §2.1: the NULL of a hash may be absent. RFC 7427 §A.4 prints fields, the trailer
        // always, that DER would leave out as they have their default value.
        for hashHasNull in [true, false] {
            for hasTrailer in [false, true] {
                accepted.append(Self.pss(digest, hashHasNull, hasTrailer: hasTrailer))
            }
        }
        // §A.4.1: without parameters all of them have their defaults, which are SHA-1's.
        if digest == .sha1 { accepted.append(DER.sequence(DER.object(object) + DER.sequence([]))) }
        return accepted
    }

    /// Whether the octets are an accepted encoding of it.
    public func isNamed(by identifier: [UInt8]) -> Bool {
        acceptedIdentifiers.contains(identifier)
    }

    /// The algorithm that the octets are an accepted encoding of.
    init?(identifier: some Collection<UInt8>) {
        for (octets, algorithm) in Self.byIdentifier where octets.elementsEqual(identifier) {
            self = algorithm
            return
        }
        return nil
    }

    private static let byIdentifier: [(octets: [UInt8], algorithm: SignatureAlgorithm)] =
        allCases.flatMap { algorithm in
            algorithm.acceptedIdentifiers.map { (octets: $0, algorithm: algorithm) }
        }

    /// The content of the object identifier.
    private var object: [UInt8] {
        switch self {
        // 1.2.840.113549.1.1, PKCS #1
        case .rsaWithSHA1: Self.pkcs1 + [5]
        case .rsaWithSHA256: Self.pkcs1 + [11]
        case .rsaWithSHA384: Self.pkcs1 + [12]
        case .rsaWithSHA512: Self.pkcs1 + [13]
        case .rsaPSSWithSHA1, .rsaPSSWithSHA256, .rsaPSSWithSHA384, .rsaPSSWithSHA512:
            Self.pkcs1 + [10]
        // 1.2.840.10040.4.3
        case .dsaWithSHA1: [0x2A, 0x86, 0x48, 0xCE, 0x38, 4, 3]
        // 2.16.840.1.101.3.4.3.2
        case .dsaWithSHA256: [0x60, 0x86, 0x48, 0x01, 0x65, 3, 4, 3, 2]
        // 1.2.840.10045.4
        case .ecdsaWithSHA1: Self.ansiX962Signatures + [1]
        case .ecdsaWithSHA256: Self.ansiX962Signatures + [3, 2]
        case .ecdsaWithSHA384: Self.ansiX962Signatures + [3, 3]
        case .ecdsaWithSHA512: Self.ansiX962Signatures + [3, 4]
        // 1.3.101.112 and .113
        case .ed25519: [0x2B, 0x65, 0x70]
        case .ed448: [0x2B, 0x65, 0x71]
        }
    }

    private static let pkcs1: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1]
    private static let ansiX962Signatures: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 4]

    /// RSASSA-PSS with the same hash for the message and for MGF1, and a salt of its length
    /// (RFC 4055 §3.1).
    private static func pss(_ digest: Digest, _ hashHasNull: Bool, hasTrailer: Bool) -> [UInt8] {
        let hash = DER.sequence(DER.object(digest.identifier) + (hashHasNull ? DER.null : []))
        let maskGeneration = DER.sequence(DER.object(pkcs1 + [8]) + hash)
        let parameters =
            DER.explicit(0, hash) + DER.explicit(1, maskGeneration)
            + DER.explicit(2, DER.smallInteger(UInt8(digest.length)))
            + (hasTrailer ? DER.explicit(3, DER.smallInteger(1)) : [])
        return DER.sequence(DER.object(pkcs1 + [10]) + DER.sequence(parameters))
    }
}
