import Net
import Testing
import Wire

@Suite struct RealMessageTests {
    /// An IKE_SA_INIT request between two charons, from the tests of the Rust crate ipsec-parser
    /// (rusticata/ipsec-parser, src/ikev2_parser.rs).
    static let request = hex(
        """
        01f8c3d4bb773f2f 0000000000000000 21202208 00000000 00000148 22000030
        0000002c 01010004 0300000c 01000014 800e0080 03000008 0300000c 03000008
        02000005 00000008 0400001e 28000088
        001e0000 8fe6f36e887b189b5ecef256 f98d76aacb07b3b958ee73ea7b73b104
        7ea42a4e441fb93ef9a9ab0c545aa746 2e583c06b2ed918d11ca67db216bb8ad
        bf573fba5aa67d49834ba9936f4ce966 cd575cba0742fa0be8b9d025c4b9df29
        d7e46ed65478aa9502bf255571fa9ecb 05ea8f7b140e1ddfb4035f2d2166586e
        42723203 29000024 e33b52aa6f6d6287 16d7abc645a6cc9707433d8583deab97
        dbbf08ce0fad5971 2900001c 00004004
        ccc0645c1eebc21d092bf07fca34c3e6 2b20ec8f 2900001c 00004005 15397577
        f55487a38fd8af70b09c209cff4a37d1 29000010 0000402f 0001000200030004
        00000008 00004016
        """)

    @Test func aCharonsRequestDecodes() throws {
        let message = try Message(decoding: Self.request.span)
        #expect(message.header.initiatorSPI == IKESPI(0x01f8_c3d4_bb77_3f2f))
        #expect(message.header.responderSPI == .zero)
        #expect(message.header.exchange == .ikeSAInit)
        #expect(message.header.isFromInitiator && !message.header.isResponse)
        #expect(message.header.messageID == 0)
        #expect(
            message.description == """
                IKE_SA_INIT request 0: SA(1 proposal), KE(BRAINPOOL_P512R1), NONCE, \
                NOTIFY(NAT_DETECTION_SOURCE_IP), NOTIFY(NAT_DETECTION_DESTINATION_IP), \
                NOTIFY(SIGNATURE_HASH_ALGORITHMS), NOTIFY(REDIRECT_SUPPORTED)
                """)
        guard case .securityAssociation(let proposals) = message.payloads[0],
            case .keyExchange(let keyExchange) = message.payloads[1],
            case .nonce(let nonce) = message.payloads[2],
            case .notify(let hashes) = message.payloads[5]
        else {
            Issue.record("other payloads than expected")
            return
        }
        #expect(
            proposals.map { $0.description } == [
                "IKE: ENCR_AES_GCM_16-128, AUTH_HMAC_SHA2_256_128, PRF_HMAC_SHA2_256, "
                    + "BRAINPOOL_P512R1"
            ])
        #expect(proposals[0].number == 1 && proposals[0].spi.isEmpty)
        #expect(keyExchange.value.count == 128)
        #expect(nonce.count == 32)
        #expect(hashes.data == [0, 1, 0, 2, 0, 3, 0, 4])
        #expect(hashes.spi.isEmpty && hashes.protocol == .none)
        #expect(message.encoded() == Self.request)
    }

    /// The KE payload of the initiator in RFC 5903 §8.1.
    @Test func theKeyExchangePayloadOfRFC5903Decodes() throws {
        let payload = hex(
            """
            00000048 00130000
            DAD0B653 94221CF9 B051E1FE CA5787D0 98DFE637 FC90B9EF 945D0C37 72581180
            5271A046 1CDB8252 D61F1C45 6FA3E59A B1F45B33 ACCF5F58 389E0577 B8990BB3
            """)
        let payloads = try PayloadChain.decode(payload.span, first: .keyExchange)
        #expect(
            payloads == [.keyExchange(KeyExchange(method: .ecp256, value: Array(payload[8...])))])
    }

    /// The payloads inside SK of an IKE_AUTH request, by hand from the diagrams of RFC 7296 §3.
    static let inner =
        // IDi (§3.5): next AUTH, FQDN "gw.example.org".
        hex("27000016 02000000 67772e6578616d706c652e6f7267")
        // AUTH (§3.8): next CP, shared key, 32 octets.
        + hex("2f000028 02000000") + [UInt8](repeating: 0xA5, count: 32)
        // CP (§3.15): next SA, CFG_REQUEST, INTERNAL_IP4_ADDRESS and INTERNAL_IP4_DNS, empty.
        + hex("21000010 01000000 00010000 00030000")
        // SA (§3.3): next TSi; proposal 1, ESP, SPI c0ffee01; AES-CBC 256, HMAC-SHA-256, no ESN.
        + hex("2c00002c 00000028 01030403 c0ffee01 0300000c 0100000c 800e0100")
        + hex("03000008 0300000c 00000008 05000000")
        // TSi (§3.13): next TSr; 10.1.0.0/16, any protocol and port.
        + hex("2d000018 01000000 07000010 0000ffff 0a010000 0a01ffff")
        // TSr: next N; UDP port 53 of 2001:db8::1, and OPAQUE ports of TCP to 192.0.2.1.
        + hex("29000040 02000000 08110028 00350035 20010db8000000000000000000000001")
        + hex("20010db8000000000000000000000001 07060010 ffff0000 c0000201 c0000201")
        // N (§3.10): the last; INITIAL_CONTACT.
        + hex("00000008 00004000")

    @Test func anInnerChainMadeByHandDecodes() throws {
        let payloads = try PayloadChain.decode(Self.inner.span, first: .initiatorID)
        let host6 = try #require(IPAddress("2001:db8::1"))
        let host4 = try #require(IPAddress("192.0.2.1"))
        let site = try #require(IPRange(base: .v4(0x0A01_0000), prefixLength: 16))
        #expect(
            payloads == [
                .initiatorID(
                    Identification(type: .fqdn, data: Array("gw.example.org".utf8))),
                .authentication(
                    Authentication(method: .sharedKey, data: Array(repeating: 0xA5, count: 32))),
                .configuration(
                    Configuration(
                        type: .request,
                        attributes: [
                            ConfigurationAttribute(type: .internalIPv4Address),
                            ConfigurationAttribute(type: .internalIPv4DNS),
                        ])),
                .securityAssociation([
                    Proposal(
                        number: 1, protocol: .esp, spi: ChildSPI(0xC0FF_EE01).octets,
                        transforms: [
                            .encryption(.aesCBC, keyLength: 256), .integrity(.hmacSHA256_128),
                            .esn(.no),
                        ])
                ]),
                .initiatorTrafficSelectors([TrafficSelector(addresses: site)]),
                .responderTrafficSelectors([
                    TrafficSelector(
                        protocolID: 17, ports: .range(PortRange(53)), addresses: IPRange(host6)),
                    TrafficSelector(protocolID: 6, ports: .opaque, addresses: IPRange(host4)),
                ]),
                .notify(Notify(type: .initialContact)),
            ])
        var encoded: [UInt8] = []
        PayloadChain.encode(payloads, to: &encoded)
        #expect(encoded == Self.inner)
    }

    @Test func aSealedMessageMadeByHandDecodes() throws {
        // IKE_AUTH, request 1, SK with a first inner IDi, 8 octets of IV, 5 of text, 16 of ICV.
        let octets =
            hex("0102030405060708 1112131415161718 2e202308 00000001 0000003d 23000021")
            + [UInt8](repeating: 0xEE, count: 29)
        let message = try Message(decoding: octets.span)
        #expect(message.header.responderSPI == IKESPI(0x1112_1314_1516_1718))
        let sealed = try #require(message.sealed)
        #expect(sealed == SealedBody(firstInner: .initiatorID, range: 32..<61))
        #expect(sealed.associatedData == 0..<32)
        let ranges = try #require(
            SealedRanges(sealed: sealed, ivLength: 8, blockLength: 1, icvLength: 16))
        #expect(ranges.iv == 32..<40)
        #expect(ranges.text == 40..<45)
        #expect(ranges.icv == 45..<61)
        #expect(message.description == "IKE_AUTH request 1: SK")
    }

    @Test func aFragmentMadeByHandDecodes() throws {
        let octets =
            hex("0102030405060708 1112131415161718 35202320 00000001 0000003d 23000021 00020005")
            + [UInt8](repeating: 0xEE, count: 25)
        let message = try Message(decoding: octets.span)
        let sealed = try #require(message.sealed)
        #expect(sealed.fragment == Fragment(number: 2, total: 5))
        #expect(sealed.range == 36..<61)
        #expect(sealed.associatedData == 0..<36)
        #expect(message.header.isResponse && !message.header.isFromInitiator)
        #expect(message.description == "IKE_AUTH response 1: SKF(2/5)")
    }

    /// The answer of a responder that asks for a cookie, by hand (RFC 7296 §2.6).
    @Test func aCookieAnswerEncodesAsDrawn() {
        let message = Message(
            header: Header(
                initiatorSPI: IKESPI(0x0102_0304_0506_0708), responderSPI: .zero,
                exchange: .ikeSAInit, flags: .response, messageID: 0),
            payloads: [.notify(Notify(type: .cookie, data: [0xCA, 0xFE]))])
        #expect(
            message.encoded()
                == hex(
                    """
                    0102030405060708 0000000000000000 29 20 22 20 00000000 00000026
                    00 00 000a 00 00 4006 cafe
                    """))
    }
}
