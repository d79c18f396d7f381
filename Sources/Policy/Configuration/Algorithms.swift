import Wire

/// What a word after `encr_alg` stands for.
enum CipherChoice {
    /// A cipher with its key lengths in bits, longest first.
    case cipher(EncryptionAlgorithm, keyLengths: [UInt16])
    /// No encryption: AH.
    case none
    /// A cipher that nobody should use.
    case unsupported

    private static let aesKeyLengths: [UInt16] = [256, 192, 128]

    static let vocabulary = Vocabulary<CipherChoice>([
        ("aes", .cipher(.aesCBC, keyLengths: aesKeyLengths)),
        ("aes-cbc", .cipher(.aesCBC, keyLengths: aesKeyLengths)),
        ("aes-gcm", .cipher(.aesGCM16, keyLengths: aesKeyLengths)),
        ("aes-ccm", .cipher(.aesCCM16, keyLengths: aesKeyLengths)),
        ("aes-ctr", .cipher(.aesCTR, keyLengths: aesKeyLengths)),
        ("chacha20-poly1305", .cipher(.chacha20Poly1305, keyLengths: [])),
        ("3des", .cipher(.tripleDES, keyLengths: [])),
        ("3des-cbc", .cipher(.tripleDES, keyLengths: [])),
        ("none", .none),
        ("des", .unsupported), ("des-cbc", .unsupported), ("blowfish", .unsupported),
        ("blowfish-cbc", .unsupported), ("null", .unsupported),
    ])

    var isSupported: Bool {
        if case .unsupported = self { false } else { true }
    }
}

/// What a word after `auth_alg` or `prf_alg` stands for.
enum HashChoice {
    /// A hash by the integrity algorithms it gives to an IKE SA and a Child SA, preferred first.
    case hash(
        ike: [IntegrityAlgorithm], child: [IntegrityAlgorithm], prf: PseudorandomFunction)
    /// A hash that nobody should use.
    case unsupported

    private static let sha1 = HashChoice.hash(
        ike: [.hmacSHA1_96, .hmacSHA1_160], child: [.hmacSHA1_96], prf: .hmacSHA1)

    static let integrityVocabulary = Vocabulary<HashChoice>([
        ("sha1", sha1), ("sha", sha1),
        ("sha1-160", .hash(ike: [.hmacSHA1_160], child: [.hmacSHA1_160], prf: .hmacSHA1)),
        ("sha256", .hash(ike: [.hmacSHA256_128], child: [.hmacSHA256_128], prf: .hmacSHA256)),
        ("sha384", .hash(ike: [.hmacSHA384_192], child: [.hmacSHA384_192], prf: .hmacSHA384)),
        ("sha512", .hash(ike: [.hmacSHA512_256], child: [.hmacSHA512_256], prf: .hmacSHA512)),
        ("md5", .unsupported), ("hmac-md5", .unsupported),
    ])

    static let prfVocabulary = Vocabulary<PseudorandomFunction?>([
        ("sha1", .hmacSHA1), ("sha", .hmacSHA1), ("sha256", .hmacSHA256), ("sha384", .hmacSHA384),
        ("sha512", .hmacSHA512), ("md5", nil), ("hmac-md5", nil),
    ])

    var isSupported: Bool {
        if case .unsupported = self { false } else { true }
    }
}

/// What a number after `dh_group` or `childsa_pfs` stands for.
enum GroupChoice {
    /// The groups that can be named.
    static let expected = "2, 5 or 14 to 32"

    /// The group of a number; `nil` for one that cannot be used.
    static func group(_ number: UInt64) -> KeyExchangeMethod? {
        switch number {
        case 2, 5, 14...32: UInt16(exactly: number).map { KeyExchangeMethod(rawValue: $0) }
        default: nil
        }
    }
}
