import Net
import Testing
import Wire

/// What a log shows of the values.
@Suite struct DescriptionTests {
    @Test func spisPrintAllTheirDigits() {
        #expect("\(IKESPI(0xAB))" == "0x00000000000000ab")
        #expect("\(ChildSPI(0xC0FF_EE01))" == "0xc0ffee01")
        #expect(
            IKESPI(octets: IKESPI(0x0102_0304_0506_0708).octets) == IKESPI(0x0102_0304_0506_0708))
        #expect(IKESPI(octets: [1, 2, 3]) == nil)
        #expect(ChildSPI(octets: [1, 2, 3, 4]) == ChildSPI(0x0102_0304))
        #expect(ChildSPI(octets: [1, 2, 3, 4, 5]) == nil)
    }

    @Test func transformsPrintTheirAlgorithms() {
        #expect("\(Transform.encryption(.aesCBC, keyLength: 256))" == "ENCR_AES_CBC-256")
        #expect("\(Transform.prf(.hmacSHA256))" == "PRF_HMAC_SHA2_256")
        #expect("\(Transform.integrity(.hmacSHA256_128))" == "AUTH_HMAC_SHA2_256_128")
        #expect("\(Transform.integrity(.none))" == "INTEG_NONE")
        #expect("\(Transform.keyExchange(.modp2048))" == "MODP_2048")
        #expect("\(Transform.keyExchange(.none))" == "KE_NONE")
        #expect("\(Transform.esn(.no))" == "ESN_NO")
        let additional = Transform(
            type: .additionalKeyExchange1, id: KeyExchangeMethod.mlKEM768.rawValue)
        #expect("\(additional)" == "ADDKE1_ML_KEM_768")
        let strange = Transform(type: .encryption, id: 12, isUnderstood: false)
        #expect("\(strange)" == "ENCR_AES_CBC with unknown attributes")
    }

    @Test func proposalsPrintTheirProtocolAndTransforms() {
        let proposal = Proposal(
            number: 1, protocol: .esp, spi: [1, 2, 3, 4],
            transforms: [.encryption(.aesGCM16, keyLength: 256), .esn(.no)])
        #expect("\(proposal)" == "ESP: ENCR_AES_GCM_16-256, ESN_NO")
    }

    @Test func selectorsPrintNoMoreThanTheySelect() throws {
        let net = try #require(IPRange(base: .v4(0x0A01_0000), prefixLength: 24))
        func text(_ protocolID: UInt8, _ ports: PortSelector) -> String {
            "\(TrafficSelector(protocolID: protocolID, ports: ports, addresses: net))"
        }
        func ports(_ first: UInt16, _ last: UInt16) throws -> PortSelector {
            .range(try #require(PortRange(first, last)))
        }
        #expect(text(0, .any) == "10.1.0.0/24")
        #expect(text(17, .any) == "10.1.0.0/24 udp")
        #expect(text(17, .range(PortRange(53))) == "10.1.0.0/24 udp/53")
        #expect(try text(6, ports(80, 90)) == "10.1.0.0/24 tcp/80-90")
        #expect(text(6, .opaque) == "10.1.0.0/24 tcp/opaque")
        #expect(text(47, .any) == "10.1.0.0/24 47")
        #expect(try text(1, ports(0x0800, 0x08FF)) == "10.1.0.0/24 icmp/8")
        #expect(try text(1, ports(0x0301, 0x0301)) == "10.1.0.0/24 icmp/3.1")
        #expect(try text(58, ports(0x8000, 0x81FF)) == "10.1.0.0/24 icmpv6/128.0-129.255")
    }

    @Test func identitiesPrintAsTheyAreWritten() {
        #expect("\(Identification(.v4(0x0A00_0001)))" == "IPV4_ADDR 10.0.0.1")
        #expect(Identification(.v4(0x0A00_0001)).address == .v4(0x0A00_0001))
        #expect("\(Identification(.v6(high: 0, low: 1)))" == "IPV6_ADDR ::1")
        #expect(
            "\(Identification(type: .fqdn, data: Array("gw.example.org".utf8)))"
                == "FQDN gw.example.org")
        #expect("\(Identification(type: .keyID, data: [10, 11]))" == "KEY_ID 0x0a0b")
        #expect("\(Identification(type: .derDN, data: [0x30, 0]))" == "DER_ASN1_DN (2 octets)")
        #expect("\(Identification(type: .null, data: []))" == "NULL")
    }

    @Test func payloadsPrintWhatMatters() {
        #expect("\(Payload.keyExchange(KeyExchange(method: .ecp256, value: [])))" == "KE(ECP_256)")
        #expect("\(Payload.securityAssociation([]))" == "SA(0 proposals)")
        #expect("\(Payload.nonce([]))" == "NONCE")
        #expect("\(Payload.delete(.ikeSA))" == "DELETE(IKE)")
        #expect("\(Payload.vendorID([UInt8]("x\u{7}".utf8)))" == "VENDOR(x\\x07)")
        let unknown = UnknownPayload(type: PayloadType(rawValue: 200), body: [1])
        #expect("\(Payload.unknown(unknown))" == "PAYLOAD_200")
    }
}
