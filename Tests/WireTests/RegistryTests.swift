import Testing
import Wire

/// Numbers and names as IANA's "Internet Key Exchange Version 2 (IKEv2) Parameters" has them.
@Suite struct RegistryTests {
    @Test func numbersHaveTheirNames() {
        #expect(ExchangeType.ikeSAInit.rawValue == 34)
        #expect(ExchangeType(rawValue: 43).name == "IKE_INTERMEDIATE")
        #expect(PayloadType(rawValue: 33).name == "SA")
        #expect(PayloadType(rawValue: 53).name == "SKF")
        #expect(NotifyType(rawValue: 14).name == "NO_PROPOSAL_CHOSEN")
        #expect(NotifyType(rawValue: 16393).name == "REKEY_SA")
        #expect(NotifyType(rawValue: 16430).name == "IKEV2_FRAGMENTATION_SUPPORTED")
        #expect(EncryptionAlgorithm(rawValue: 12).name == "ENCR_AES_CBC")
        #expect(EncryptionAlgorithm(rawValue: 20).name == "ENCR_AES_GCM_16")
        #expect(EncryptionAlgorithm(rawValue: 28).name == "ENCR_CHACHA20_POLY1305")
        #expect(PseudorandomFunction(rawValue: 5).name == "PRF_HMAC_SHA2_256")
        #expect(IntegrityAlgorithm(rawValue: 12).name == "AUTH_HMAC_SHA2_256_128")
        #expect(KeyExchangeMethod(rawValue: 14).name == "MODP_2048")
        #expect(KeyExchangeMethod(rawValue: 19).name == "ECP_256")
        #expect(KeyExchangeMethod(rawValue: 31).name == "CURVE25519")
        #expect(IdentificationType(rawValue: 9).name == "DER_ASN1_DN")
        #expect(CertificateEncoding(rawValue: 4).name == "X509_SIGNATURE")
        #expect(AuthenticationMethod(rawValue: 14).name == "DIGITAL_SIGNATURE")
        #expect(SignatureHashAlgorithm(rawValue: 2).name == "SHA2_256")
        #expect(TrafficSelectorType(rawValue: 7).name == "TS_IPV4_ADDR_RANGE")
        #expect(ConfigurationType(rawValue: 1).name == "CFG_REQUEST")
        #expect(ConfigurationAttributeType(rawValue: 8).name == "INTERNAL_IP6_ADDRESS")
        #expect(EAPCode(rawValue: 3).name == "EAP_SUCCESS")
        #expect(TransformAttributeType(rawValue: 14).name == "KEY_LENGTH")
    }

    @Test func unassignedNumbersAreNamedByNumber() {
        #expect("\(NotifyType(rawValue: 16500))" == "NOTIFY_16500")
        #expect("\(EncryptionAlgorithm(rawValue: 999))" == "ENCR_999")
        #expect("\(ExchangeType(rawValue: 77))" == "EXCHANGE_77")
        #expect("\(PayloadType(rawValue: 130))" == "PAYLOAD_130")
        #expect("\(SecurityProtocol(rawValue: 9))" == "PROTOCOL_9")
        #expect("\(KeyExchangeMethod(rawValue: 3))" == "KE_3")
    }

    @Test func everyNumberHasANameOfItsOwn() {
        #expect(Set((0...255).map { PayloadType(rawValue: $0).name }).count == 256)
        #expect(Set((0...255).map { ExchangeType(rawValue: $0).name }).count == 256)
        #expect(Set((0...65535).map { NotifyType(rawValue: $0).name }).count == 65536)
        #expect(Set((0...65535).map { EncryptionAlgorithm(rawValue: $0).name }).count == 65536)
        #expect(Set((0...65535).map { KeyExchangeMethod(rawValue: $0).name }).count == 65536)
    }

    @Test func errorsLieBelowStatuses() {
        #expect(NotifyType(rawValue: 16383).isError)
        #expect(!NotifyType.initialContact.isError)
    }

    @Test func combinedModesAndKeyLengthsAreKnown() {
        #expect(EncryptionAlgorithm.aesGCM16.isAEAD)
        #expect(EncryptionAlgorithm.chacha20Poly1305.isAEAD)
        #expect(!EncryptionAlgorithm.aesCBC.isAEAD)
        #expect(EncryptionAlgorithm.aesCBC.hasVariableKeyLength)
        #expect(EncryptionAlgorithm.aesGCM16.hasVariableKeyLength)
        #expect(!EncryptionAlgorithm.chacha20Poly1305.hasVariableKeyLength)
        #expect(!EncryptionAlgorithm.tripleDES.hasVariableKeyLength)
    }
}
