import IPsec
import Testing
import Wire

/// Octets of keying material, as the RFCs have it.
@Suite struct ChildSuiteTests {
    @Test(
        arguments: [
            // RFC 4106 §8.1: the key and four octets of salt.
            (.aesGCM8, 128, 20), (.aesGCM12, 192, 28), (.aesGCM16, 128, 20), (.aesGCM16, 192, 28),
            (.aesGCM16, 256, 36),
            // RFC 4309 §7.1: the key and three octets of salt.
            (.aesCCM8, 128, 19), (.aesCCM12, 192, 27), (.aesCCM16, 256, 35),
            // RFC 7634 §2: 36 octets.
            (.chacha20Poly1305, 256, 36),
        ] as [(EncryptionAlgorithm, UInt16, Int)])
    func combinedAlgorithmsTakeKeyAndSalt(
        cipher: EncryptionAlgorithm, bits: UInt16, length: Int
    ) throws {
        let suite = try #require(
            ChildSuite(.aead(cipher, keyBits: bits), extendedSequenceNumbers: false))
        #expect(suite.encryptionKeyLength == length)
        #expect(suite.integrityKeyLength == 0)
        #expect(suite.protocolID == .esp)
    }

    @Test(
        arguments: [
            (.aesCBC, 128, 16), (.aesCBC, 192, 24), (.aesCBC, 256, 32),  // RFC 3602 §2.3
            (.tripleDES, 192, 24),  // RFC 2451 §2.2
            (.null, 0, 0),  // RFC 2410 §2.1
            // RFC 3686 §5.1: the key and four octets of nonce.
            (.aesCTR, 128, 20), (.aesCTR, 192, 28), (.aesCTR, 256, 36),
        ] as [(EncryptionAlgorithm, UInt16, Int)])
    func ciphersTakeKeyAndNonce(cipher: EncryptionAlgorithm, bits: UInt16, length: Int) throws {
        let suite = try #require(
            ChildSuite(
                .encryption(cipher, keyBits: bits, .hmacSHA256_128),
                extendedSequenceNumbers: true))
        #expect(suite.encryptionKeyLength == length)
        #expect(suite.integrityKeyLength == 32)
        #expect(suite.extendedSequenceNumbers)
    }

    @Test(
        arguments: [
            (.hmacMD5_96, 16),  // RFC 2403 §3
            (.hmacSHA1_96, 20),  // RFC 2404 §3
            (.hmacSHA256_128, 32), (.hmacSHA384_192, 48), (.hmacSHA512_256, 64),  // RFC 4868 §2.1.1
            (.aesXCBC_96, 16),  // RFC 3566 §4
            (.aesCMAC_96, 16),  // RFC 4494 §2
        ] as [(IntegrityAlgorithm, Int)])
    func integrityAlgorithmsTakeTheirKey(integrity: IntegrityAlgorithm, length: Int) throws {
        let suite = try #require(
            ChildSuite(.integrity(integrity), extendedSequenceNumbers: false))
        #expect(suite.integrityKeyLength == length)
        #expect(suite.encryptionKeyLength == 0)
        #expect(suite.protocolID == .ah)
    }

    @Test(
        arguments: [
            .aead(.aesGCM16, keyBits: 0), .aead(.aesGCM16, keyBits: 512),
            .aead(.aesCBC, keyBits: 128),
            .aead(.chacha20Poly1305, keyBits: 128),
            .aead(EncryptionAlgorithm(rawValue: 999), keyBits: 128),
            .encryption(.aesGCM16, keyBits: 128, .hmacSHA256_128),
            .encryption(.aesCBC, keyBits: 160, .hmacSHA256_128),
            .encryption(.aesCBC, keyBits: 128, .none),
            .encryption(.tripleDES, keyBits: 0, .hmacSHA1_96),
            .integrity(.none), .integrity(IntegrityAlgorithm(rawValue: 999)),
        ] as [ChildSuite.Protection])
    func suitesThatAreNoneAreRefused(protection: ChildSuite.Protection) {
        #expect(ChildSuite(protection, extendedSequenceNumbers: false) == nil)
    }

    @Test func descriptionsSpeakTheRegistrysNames() {
        let gcm = ChildSuite(.aead(.aesGCM16, keyBits: 256), extendedSequenceNumbers: true)
        #expect(gcm?.description == "ESP ENCR_AES_GCM_16-256, ESN")
        let chacha = ChildSuite(
            .aead(.chacha20Poly1305, keyBits: 256), extendedSequenceNumbers: false)
        #expect(chacha?.description == "ESP ENCR_CHACHA20_POLY1305")
        let cbc = ChildSuite(
            .encryption(.aesCBC, keyBits: 128, .hmacSHA256_128), extendedSequenceNumbers: false)
        #expect(cbc?.description == "ESP ENCR_AES_CBC-128, AUTH_HMAC_SHA2_256_128")
        let ah = ChildSuite(.integrity(.hmacSHA512_256), extendedSequenceNumbers: false)
        #expect(ah?.description == "AH AUTH_HMAC_SHA2_512_256")
    }
}
