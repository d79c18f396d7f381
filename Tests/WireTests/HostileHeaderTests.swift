import Testing

@testable import Wire

/// Lengths, versions and flags of the fixed header that no honest peer sends.
@Suite struct HostileHeaderTests {
    @Test(arguments: [0, 1, 3, 4, 27])
    func aDatagramShorterThanAHeaderIsRefused(count: Int) {
        let octets = [UInt8](rawMessage(first: 0, []).prefix(count))
        #expect(throws: WireError.headerTruncated(octets: count)) {
            try Message(decoding: octets.span)
        }
    }

    @Test func aLoneKeepaliveAndALoneMarkerAreRefused() {
        #expect(throws: WireError.headerTruncated(octets: 1)) {
            try Message(decoding: [0xFF].span)
        }
        #expect(throws: WireError.headerTruncated(octets: 4)) {
            try Message(decoding: [0, 0, 0, 0].span)
        }
    }

    @Test func aHeaderAloneIsAMessageWithoutPayloads() throws {
        let message = try Message(decoding: rawMessage(first: 0, []).span)
        #expect(message.payloads.isEmpty && message.sealed == nil)
        #expect(message.description == "IKE_SA_INIT request 0")
    }

    @Test(arguments: [0, 1, 27, 28, 35, 37, 65536, 0xFFFF_FFFF])
    func aLengthThatIsNotTheDatagramsIsRefused(stated: Int) {
        let octets = rawMessage(first: 43, rawPayload([1, 2, 3, 4]), length: stated)
        let error = WireError.lengthMismatch(stated: UInt32(stated), received: 36)
        #expect(throws: error) { try Message(decoding: octets.span) }
        #expect(error.notify == nil)
    }

    @Test func theMarkerOfPort4500IsNotPartOfAMessage() {
        let octets = [0, 0, 0, 0] + rawMessage(first: 43, rawPayload([1, 2, 3, 4]))
        #expect(throws: WireError.self) { try Message(decoding: octets.span) }
    }

    @Test func anotherMajorVersionIsRefused() throws {
        let newer = rawMessage(first: 43, rawPayload([]), version: 0x30)
        #expect(throws: WireError.majorVersion(3)) { try Message(decoding: newer.span) }
        #expect(WireError.majorVersion(3).notify == .invalidMajorVersion)
        #expect(try Header(decoding: newer.span).majorVersion == 3)

        let older = rawMessage(first: 1, [], version: 0x10)
        #expect(throws: WireError.majorVersion(1)) { try Message(decoding: older.span) }
        #expect(WireError.majorVersion(1).notify == nil)
    }

    @Test func theMinorVersionIsIgnored() throws {
        let octets = rawMessage(first: 43, rawPayload([]), version: 0x2F)
        #expect(try Message(decoding: octets.span).header.minorVersion == 15)
    }

    @Test func reservedFlagsAreIgnoredAndNotSent() throws {
        let octets = rawMessage(first: 43, rawPayload([]), flags: 0xFF)
        let header = try Header(decoding: octets.span)
        #expect(header.flags == [.initiator, .version, .response])
        let sent = Message(
            header: Header(
                initiatorSPI: IKESPI(1), responderSPI: .zero, exchange: .informational,
                flags: Header.Flags(rawValue: 0xFF), messageID: 0),
            payloads: [])
        #expect(sent.encoded()[19] == 0x38)
    }

    @Test func aZeroInitiatorSPIIsRefused() {
        var octets = rawMessage(first: 0, [])
        octets.replaceSubrange(0..<8, with: repeatElement(0, count: 8))
        #expect(throws: WireError.zeroInitiatorSPI) { try Message(decoding: octets.span) }
        #expect(WireError.zeroInitiatorSPI.notify == nil)
    }

    @Test func anUnknownExchangeTypeIsKept() throws {
        var octets = rawMessage(first: 0, [])
        octets[18] = 77
        #expect(try Message(decoding: octets.span).header.exchange.name == "EXCHANGE_77")
    }
}
