import IPsec
import Testing
import Wire

/// Bits as linux/pfkeyv2.h numbers the algorithms (SADB_AALG_…, SADB_EALG_…, SADB_X_…).
@Suite struct AlgorithmMasksTests {
    private func suite(_ protection: ChildSuite.Protection) throws -> ChildSuite {
        try #require(ChildSuite(protection, extendedSequenceNumbers: false))
    }

    private static let combined: [(ChildSuite.Protection, UInt32)] = [
        (.aead(.aesCCM8, keyBits: 128), 14), (.aead(.aesCCM12, keyBits: 128), 15),
        (.aead(.aesCCM16, keyBits: 128), 16), (.aead(.aesGCM8, keyBits: 256), 18),
        (.aead(.aesGCM12, keyBits: 256), 19), (.aead(.aesGCM16, keyBits: 256), 20),
    ]

    @Test(arguments: combined)
    func combinedAlgorithmsNeedTheirBitAndNoIntegrity(
        protection: ChildSuite.Protection, bit: UInt32
    ) throws {
        let suite = try suite(protection)
        #expect(AlgorithmMasks(encryption: 1 << bit, integrity: 1).allows(suite))
        #expect(AlgorithmMasks(encryption: 1 << bit, integrity: .max).allows(suite))
        #expect(!AlgorithmMasks(encryption: 1 << bit, integrity: 1 << 5).allows(suite))
        #expect(!AlgorithmMasks(encryption: ~(1 << bit), integrity: .max).allows(suite))
    }

    private static let ciphers: [(EncryptionAlgorithm, UInt16, UInt32)] = [
        (.tripleDES, 192, 3), (.null, 0, 11), (.aesCBC, 128, 12), (.aesCTR, 256, 13),
    ]

    @Test(arguments: ciphers)
    func ciphersNeedTheirBit(cipher: EncryptionAlgorithm, bits: UInt16, bit: UInt32) throws {
        let suite = try suite(.encryption(cipher, keyBits: bits, .hmacSHA256_128))
        #expect(AlgorithmMasks(encryption: 1 << bit, integrity: 1 << 5).allows(suite))
        #expect(!AlgorithmMasks(encryption: ~(1 << bit), integrity: .max).allows(suite))
        #expect(!AlgorithmMasks(encryption: .max, integrity: 1).allows(suite))
    }

    private static let integrity: [(IntegrityAlgorithm, UInt32)] = [
        (.hmacMD5_96, 2), (.hmacSHA1_96, 3), (.hmacSHA256_128, 5), (.hmacSHA384_192, 6),
        (.hmacSHA512_256, 7), (.aesXCBC_96, 9),
    ]

    @Test(arguments: integrity)
    func integrityNeedsItsBit(integrity: IntegrityAlgorithm, bit: UInt32) throws {
        let suite = try suite(.integrity(integrity))
        // Ciphers do not concern AH.
        #expect(AlgorithmMasks(encryption: 0, integrity: 1 << bit).allows(suite))
        #expect(!AlgorithmMasks(encryption: .max, integrity: ~(1 << bit)).allows(suite))
    }

    @Test(
        arguments: [
            .aead(.chacha20Poly1305, keyBits: 256), .integrity(.aesCMAC_96),
        ] as [ChildSuite.Protection])
    func algorithmsWithoutNumberNeedAMaskThatAllowsAny(
        protection: ChildSuite.Protection
    ) throws {
        let suite = try suite(protection)
        #expect(AlgorithmMasks.any.allows(suite))
        #expect(!AlgorithmMasks(encryption: .max - 1, integrity: .max - 2).allows(suite))
    }

    @Test func masksAreMadeOfAlgorithms() {
        #expect(
            AlgorithmMasks(ciphers: [.aesGCM16, .aesCBC], integrity: [.hmacSHA256_128])
                == AlgorithmMasks(encryption: 1 << 20 | 1 << 12, integrity: 1 | 1 << 5))
        #expect(
            AlgorithmMasks(ciphers: [nil], integrity: [.hmacSHA1_96])
                == AlgorithmMasks(encryption: .max, integrity: 1 << 3))
        // What PF_KEY does not number, only masks for any can allow.
        #expect(
            AlgorithmMasks(ciphers: [.chacha20Poly1305], integrity: [])
                == AlgorithmMasks(encryption: .max, integrity: 1))
        #expect(
            AlgorithmMasks(ciphers: [.aesCBC], integrity: [.aesCMAC_96]).integrity == .max)
    }
}
