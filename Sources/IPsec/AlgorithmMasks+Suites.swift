import Wire

extension AlgorithmMasks {
    /// Whether a template with these masks takes an SA of the suite (`ip xfrm`'s `enc` and `auth`
    /// restrictions are of PF_KEY's numbers, linux/pfkeyv2.h). Algorithms younger than PF_KEY have
    /// no number there: only a mask that allows any allows them.
    public func allows(_ suite: ChildSuite) -> Bool {
        switch suite.protection {
        case .aead(let cipher, _):
            Self.contains(encryption, Self.number(of: cipher)) && Self.contains(integrity, 0)
        case .encryption(let cipher, _, let integrity):
            Self.contains(encryption, Self.number(of: cipher))
                && Self.contains(self.integrity, Self.number(of: integrity))
        case .integrity(let integrity):
            Self.contains(self.integrity, Self.number(of: integrity))
        }
    }

    /// The narrowest masks that allow every one of these ciphers, `nil` for AH, with every one of
    /// these integrity algorithms. What they allow beside that, the key manager knows better.
    public init(ciphers: [EncryptionAlgorithm?], integrity algorithms: [IntegrityAlgorithm]) {
        var encryption: UInt32 = 0
        var integrity: UInt32 = 0
        for cipher in ciphers {
            encryption |= cipher.map { Self.bit(Self.number(of: $0)) } ?? .max
            if cipher?.isAEAD ?? false { integrity |= Self.bit(0) }
        }
        for algorithm in algorithms { integrity |= Self.bit(Self.number(of: algorithm)) }
        self.init(encryption: encryption, integrity: integrity)
    }

    /// The bit of an algorithm; all of them for one that has no number.
    private static func bit(_ number: UInt32?) -> UInt32 {
        guard let number, number < UInt32.bitWidth else { return .max }
        return 1 << number
    }

    private static func contains(_ mask: UInt32, _ number: UInt32?) -> Bool {
        if mask == .max { return true }
        guard let number, number < UInt32.bitWidth else { return false }
        return mask & 1 << number != 0
    }

    /// `SADB_EALG_…`; for AEAD ciphers each length of the ICV has its own.
    private static func number(of cipher: EncryptionAlgorithm) -> UInt32? {
        switch cipher {
        case .tripleDES: 3
        case .null: 11
        case .aesCBC: 12
        case .aesCTR: 13
        case .aesCCM8: 14
        case .aesCCM12: 15
        case .aesCCM16: 16
        case .aesGCM8: 18
        case .aesGCM12: 19
        case .aesGCM16: 20
        default: nil
        }
    }

    /// `SADB_AALG_…`.
    private static func number(of integrity: IntegrityAlgorithm) -> UInt32? {
        switch integrity {
        case .hmacMD5_96: 2
        case .hmacSHA1_96: 3
        case .hmacSHA256_128: 5
        case .hmacSHA384_192: 6
        case .hmacSHA512_256: 7
        case .aesXCBC_96: 9
        default: nil
        }
    }
}
