import Net
import Testing

@testable import Wire

/// Bodies of payloads, except SA, whose lengths and counts lie.
@Suite struct HostilePayloadTests {
    func decode(_ type: PayloadType, _ body: [UInt8]) throws(WireError) -> Payload? {
        try PayloadChain.decode(rawPayload(body).span, first: type).first
    }

    func expect(
        _ type: PayloadType, _ malformation: Malformation, _ body: [UInt8],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = WireError.malformed(type, malformation)
        #expect(throws: error, sourceLocation: sourceLocation) { try decode(type, body) }
        #expect(error.notify == .invalidSyntax, sourceLocation: sourceLocation)
    }

    @Test func bodiesShorterThanTheirFieldsAreRefused() {
        let least: [PayloadType: Int] = [
            .keyExchange: 4, .initiatorID: 4, .responderID: 4, .certificate: 1,
            .certificateRequest: 1, .authentication: 4, .notify: 4, .delete: 4,
            .initiatorTrafficSelectors: 4, .responderTrafficSelectors: 4, .configuration: 4,
            .eap: 4,
        ]
        for (type, count) in least {
            for short in 0..<count {
                expect(type, .truncated, [UInt8](repeating: 0, count: short))
            }
        }
    }

    // Identification

    @Test(arguments: [0, 3, 5, 16])
    func anIPv4IdentityOfAnotherLengthIsRefused(count: Int) {
        let body = [1, 0, 0, 0] + [UInt8](repeating: 1, count: count)
        expect(.initiatorID, .length(count), body)
        expect(.responderID, .length(count), body)
    }

    @Test(arguments: [0, 4, 15, 17])
    func anIPv6IdentityOfAnotherLengthIsRefused(count: Int) {
        expect(.initiatorID, .length(count), [5, 0, 0, 0] + [UInt8](repeating: 1, count: count))
    }

    @Test func anIdentityOfUnknownTypeIsKept() throws {
        let payload = try decode(.initiatorID, [77, 0, 0, 0, 1, 2])
        let type = IdentificationType(rawValue: 77)
        #expect(payload == .initiatorID(Identification(type: type, data: [1, 2])))
        #expect(payload?.description == "IDi(ID_77 0x0102)")
    }

    @Test func whatAnIdentityContainsDoesNotReachTheLogRaw() throws {
        let text = [UInt8]("a\u{0}b\n\u{1b}[2J\\c".utf8) + [0xFF, 0xC3, 0x28]
        let payload = try decode(.responderID, [2, 0, 0, 0] + text)
        #expect(
            payload?.description
                == #"IDr(FQDN a\x00b\x0a\x1b[2J\x5cc\xff\xc3()"#)
    }

    @Test func aLongIdentityIsCutInTheLog() throws {
        let name = [UInt8](repeating: UInt8(ascii: "x"), count: 65000)
        let payload = try decode(.initiatorID, [2, 0, 0, 0] + name)
        guard case .initiatorID(let identity) = payload else {
            Issue.record("no identity")
            return
        }
        #expect(identity.data == name)
        #expect(
            identity.description == "FQDN " + String(repeating: "x", count: 128)
                + "... (65000 octets)")
    }

    @Test func reservedOctetsOfAnIdentityStayForAUTHOnly() throws {
        let body = hex("02 11 01f4 6777")
        guard case .initiatorID(let identity) = try decode(.initiatorID, body) else {
            Issue.record("no identity")
            return
        }
        #expect(identity == Identification(type: .fqdn, data: [UInt8]("gw".utf8)))
        #expect(identity.octets == body)
        #expect(Identification(type: .fqdn, data: identity.data).octets == hex("02000000 6777"))
    }

    // Nonce

    @Test(arguments: [0, 1, 15, 257, 1000])
    func aNonceOfAnotherLengthIsRefused(count: Int) {
        expect(.nonce, .length(count), [UInt8](repeating: 1, count: count))
    }

    // Notify

    @Test func anSPIBeyondItsNotificationIsRefused() {
        for length in [1, 4, 8, 255] as [UInt8] {
            expect(.notify, .truncated, [3, length, 0, 11] + [UInt8](1..<length))
        }
    }

    @Test func aNotificationOfAnyProtocolAndSPIIsKept() throws {
        let spi = [UInt8](repeating: 9, count: 255)
        let payload = try decode(.notify, [99, 255, 0x40, 0x09] + spi + [1])
        let notify = Notify(
            protocol: SecurityProtocol(rawValue: 99), spi: spi, type: .rekeySA, data: [1])
        #expect(payload == .notify(notify))
    }

    @Test func aNotificationOfUnknownTypeIsKept() throws {
        #expect(try decode(.notify, [0, 0, 0x40, 0x74])?.description == "NOTIFY(NOTIFY_16500)")
    }

    // Delete

    @Test func aDeleteOfTheIKESANamesNoSPI() throws {
        #expect(try decode(.delete, [1, 0, 0, 0]) == .delete(.ikeSA))
        expect(.delete, .length(8), [1, 8, 0, 1] + [UInt8](1...8))
        expect(.delete, .count(stated: 1), [1, 0, 0, 1])
        expect(.delete, .surplus(octets: 1), [1, 0, 0, 0, 0])
    }

    @Test func aDeleteOfNoProtocolIsRefused() {
        expect(.delete, .securityProtocol(.none), [0, 0, 0, 0])
        expect(.delete, .securityProtocol(SecurityProtocol(rawValue: 4)), [4, 4, 0, 1, 1, 2, 3, 4])
    }

    @Test func aCountOfSPIsThatLiesIsRefused() {
        expect(.delete, .count(stated: 2), [3, 4, 0, 2, 1, 2, 3, 4])
        expect(.delete, .count(stated: 0), [3, 4, 0, 0, 1, 2, 3, 4])
        expect(.delete, .count(stated: 1), [3, 4, 0, 1, 1, 2, 3])
        expect(.delete, .count(stated: 65535), [2, 4, 0xFF, 0xFF, 1, 2, 3, 4])
        expect(.delete, .length(8), [3, 8, 0, 1] + [UInt8](1...8))
        expect(.delete, .length(0), [3, 0, 0xFF, 0xFF])
    }

    @Test func aDeleteOfNoSPIsIsKept() throws {
        #expect(try decode(.delete, [3, 4, 0, 0]) == .delete(.childSAs(.esp, [])))
        #expect(try decode(.delete, [2, 0, 0, 0]) == .delete(.childSAs(.ah, [])))
    }

    @Test func aThousandSPIsAreKeptAndFewAreLogged() throws {
        let spis = (1...1000).map { ChildSPI($0) }
        let payload = try decode(.delete, [3, 4] + big16(1000) + spis.flatMap { $0.octets })
        #expect(payload == .delete(.childSAs(.esp, spis)))
        #expect(
            payload?.description
                == "DELETE(ESP 0x00000001 0x00000002 0x00000003 0x00000004 and 996 more)")
    }

    // Traffic selectors

    static let selector = hex("07000010 0000ffff 0a010000 0a01ffff")
    static let selector6 =
        hex("08000028 0000ffff")
        + hex("20010db8000000000000000000000000 20010db8000000000000000000000001")

    func selectors(_ count: UInt8, _ octets: [UInt8]) -> [UInt8] { [count, 0, 0, 0] + octets }

    @Test func aCountOfSelectorsThatLiesIsRefused() {
        let type = PayloadType.initiatorTrafficSelectors
        expect(type, .empty, selectors(0, []))
        expect(type, .empty, selectors(0, Self.selector))
        expect(type, .truncated, selectors(2, Self.selector))
        expect(type, .surplus(octets: 16), selectors(1, Self.selector + Self.selector))
        expect(type, .count(stated: 255), selectors(255, Self.selector))
    }

    @Test func twoHundredAndFiftyFiveSelectorsAreKept() throws {
        let body = selectors(255, (1...255).flatMap { _ in Self.selector })
        guard
            case .responderTrafficSelectors(let list) = try decode(.responderTrafficSelectors, body)
        else {
            Issue.record("no selectors")
            return
        }
        #expect(list.count == 255)
    }

    @Test(arguments: [0, 3, 4, 8, 15, 17, 40, 65535])
    func anIPv4SelectorOfAnotherLengthIsRefused(length: Int) {
        var octets = Self.selector
        octets.replaceSubrange(2..<4, with: big16(length))
        #expect(throws: WireError.self) {
            try decode(.initiatorTrafficSelectors, selectors(1, octets))
        }
    }

    @Test(arguments: [0, 3, 4, 16, 39, 41, 65535])
    func anIPv6SelectorOfAnotherLengthIsRefused(length: Int) {
        var octets = Self.selector6
        octets.replaceSubrange(2..<4, with: big16(length))
        #expect(throws: WireError.self) {
            try decode(.initiatorTrafficSelectors, selectors(1, octets))
        }
    }

    @Test func rangesThatEndBeforeTheyStartAreRefused() {
        let type = PayloadType.responderTrafficSelectors
        for selector in [
            "07000010 0000ffff 0a010001 0a010000", "07060010 00020001 0a010000 0a010000",
            "07060010 ffff0001 0a010000 0a010000",
        ] {
            expect(type, .inverseRange, selectors(1, hex(selector)))
        }
        let head = Array(Self.selector6[..<8])
        let (low, high) = (Array(Self.selector6[8..<24]), Array(Self.selector6[24..<40]))
        expect(type, .inverseRange, selectors(1, head + high + low))
    }

    @Test func selectorsOfBothFamiliesMayStandTogether() throws {
        let payload = try decode(
            .initiatorTrafficSelectors, selectors(2, Self.selector + Self.selector6))
        #expect(payload?.description == "TSi(10.1.0.0/16, 2001:db8::/127)")
    }

    @Test func selectorsOfUnknownTypesArePassedOver() throws {
        // A security label of RFC 9478, an unknown type without a body, then an IPv4 range.
        let unknown = hex("0a000008 6c626c00")
        let body = selectors(3, unknown + hex("fe000004") + Self.selector)
        #expect(try decode(.initiatorTrafficSelectors, body)?.description == "TSi(10.1.0.0/16)")
        #expect(
            try decode(.initiatorTrafficSelectors, selectors(1, hex("fe000004")))
                == .initiatorTrafficSelectors([]))
        expect(.initiatorTrafficSelectors, .length(3), selectors(1, hex("fe000003")))
        expect(.initiatorTrafficSelectors, .length(0), selectors(2, hex("fe000000 fe000000")))
    }

    // Configuration and EAP

    @Test func anAttributeBeyondItsConfigurationIsRefused() {
        for attribute in ["00", "0001", "000100", "00010004 010203", "0001ffff"] {
            expect(.configuration, .truncated, [1, 0, 0, 0] + hex(attribute))
        }
    }

    @Test func theReservedBitOfAnAttributeIsIgnored() throws {
        let payload = try decode(.configuration, hex("01000000 80010000"))
        let attribute = ConfigurationAttribute(type: .internalIPv4Address)
        #expect(
            payload
                == .configuration(Configuration(type: .request, attributes: [attribute])))
    }

    @Test(arguments: [0, 3, 4, 6, 65535])
    func anEAPMessageThatStatesAnotherLengthIsRefused(length: Int) {
        expect(.eap, .length(length), [1, 0] + big16(length) + [1])
    }

    @Test func anEAPSuccessIsKept() throws {
        #expect(try decode(.eap, [3, 9, 0, 4])?.description == "EAP(EAP_SUCCESS)")
    }

    // Certificates and keys: nothing but their presence is decided here.

    @Test func emptyValuesAreKept() throws {
        #expect(
            try decode(.keyExchange, [0, 19, 0xFF, 0xFF])
                == .keyExchange(KeyExchange(method: .ecp256, value: [])))
        #expect(
            try decode(.certificate, [4])
                == .certificate(Certificate(encoding: .x509Signature, data: [])))
        #expect(
            try decode(.authentication, [2, 0xFF, 0xFF, 0xFF])
                == .authentication(Authentication(method: .sharedKey, data: [])))
    }
}
