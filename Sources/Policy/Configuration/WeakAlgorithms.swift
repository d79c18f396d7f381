import Wire

/// What RFC 8247 advises against. It is available when configured: the administrator decides
/// about peers that know nothing better, and is told.
enum WeakAlgorithms {
    /// Whether the cipher draws a warning (RFC 8247 §2.1).
    static func contains(_ algorithm: EncryptionAlgorithm) -> Bool { algorithm == .tripleDES }

    /// Whether the PRF, and the integrity algorithm of the same hash, draw a warning
    /// (RFC 8247 §2.2, §2.3).
    static func contains(_ function: PseudorandomFunction) -> Bool { function == .hmacSHA1 }

    /// Whether the group draws a warning (RFC 8247 §2.4): short primes, and groups whose small
    /// subgroups nobody can explain.
    static func contains(_ group: KeyExchangeMethod) -> Bool {
        switch group {
        case .modp1024, .modp1536, .modp1024s160, .modp2048s224, .modp2048s256: true
        default: false
        }
    }
}
