import Policy

/// The words for algorithms, in lower case: those of Solaris's ipsecalgs(8), and the numbers of
/// PF_KEY.
enum AlgorithmWords {
    /// `nil` for what nobody should use (RFC 8221 §5, §6).
    static let ciphers = Vocabulary<Protection.Cipher?>([
        ("any", .any), ("aes", .aesCBC), ("aes-cbc", .aesCBC), ("aes-ctr", .aesCTR),
        ("aes-ccm", .aesCCM16), ("aes-ccm8", .aesCCM8), ("aes-ccm12", .aesCCM12),
        ("aes-ccm16", .aesCCM16),
        ("aes-gcm", .aesGCM16), ("aes-gcm8", .aesGCM8), ("aes-gcm12", .aesGCM12),
        ("aes-gcm16", .aesGCM16), ("chacha20-poly1305", .chacha20Poly1305),
        ("3des", .tripleDES), ("3des-cbc", .tripleDES), ("null", .null),
        ("3", .tripleDES), ("11", .null), ("12", .aesCBC), ("13", .aesCTR), ("14", .aesCCM8),
        ("15", .aesCCM12), ("16", .aesCCM16), ("18", .aesGCM8), ("19", .aesGCM12),
        ("20", .aesGCM16),
        ("des", nil), ("des-cbc", nil), ("blowfish", nil), ("blowfish-cbc", nil), ("2", nil),
        ("7", nil),
    ])

    /// The ciphers that a message names.
    static let expectedCiphers =
        "any, aes, aes-gcm, aes-ccm, aes-ctr, chacha20-poly1305, 3des or null"

    /// `nil` for what nobody should use (RFC 8221 §6).
    static let integrity = Vocabulary<Protection.Integrity?>([
        ("any", .any), ("sha256", .sha256), ("hmac-sha256", .sha256), ("sha384", .sha384),
        ("hmac-sha384", .sha384), ("sha512", .sha512), ("hmac-sha512", .sha512),
        ("sha1", .sha1), ("sha", .sha1), ("hmac-sha1", .sha1), ("hmac-sha", .sha1),
        ("aes-xcbc", .aesXCBC),
        ("3", .sha1), ("5", .sha256), ("6", .sha384), ("7", .sha512), ("9", .aesXCBC),
        ("md5", nil), ("hmac-md5", nil), ("2", nil),
    ])

    /// The integrity algorithms that a message names.
    static let expectedIntegrity = "any, sha256, sha384, sha512, aes-xcbc or sha1"
}
