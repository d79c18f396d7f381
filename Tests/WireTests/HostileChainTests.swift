import Testing

@testable import Wire

/// Chains of payloads that do not hold together.
@Suite struct HostileChainTests {
    @Test(arguments: [0, 1, 2, 3, 9, 255, 65535])
    func aPayloadLengthThatCannotBeIsRefused(stated: Int) {
        let chain = rawPayload([1, 2, 3, 4], length: stated)
        let error = WireError.payloadLength(.vendorID, stated: UInt16(stated), available: 8)
        #expect(throws: error) {
            try Message(decoding: rawMessage(first: 43, chain).span)
        }
        #expect(error.notify == .invalidSyntax)
    }

    @Test func aPayloadOfItsHeaderAloneIsEmpty() throws {
        let message = try Message(decoding: rawMessage(first: 43, rawPayload([])).span)
        #expect(message.payloads == [.vendorID([])])
    }

    @Test func aPayloadOfOneOctetIsThatOctet() throws {
        let message = try Message(decoding: rawMessage(first: 43, rawPayload([7])).span)
        #expect(message.payloads == [.vendorID([7])])
    }

    @Test func aChainToNothingIsRefused() {
        let announced = rawMessage(first: 43, rawPayload(next: 40, []))
        #expect(throws: WireError.chainTruncated(.nonce)) {
            try Message(decoding: announced.span)
        }
        #expect(throws: WireError.chainTruncated(.securityAssociation)) {
            try Message(decoding: rawMessage(first: 33, []).span)
        }
        #expect(throws: WireError.chainTruncated(.securityAssociation)) {
            try Message(decoding: rawMessage(first: 33, [0, 0, 0]).span)
        }
    }

    @Test func aChainOfOneTypeEndsWhereTheOctetsEnd() {
        let chain = rawPayload(next: 43, []) + rawPayload(next: 43, [])
        #expect(throws: WireError.chainTruncated(.vendorID)) {
            try Message(decoding: rawMessage(first: 43, chain).span)
        }
    }

    @Test func octetsAfterTheLastPayloadAreRefused() {
        #expect(throws: WireError.trailingOctets(1)) {
            try Message(decoding: rawMessage(first: 43, rawPayload([]) + [0]).span)
        }
        #expect(throws: WireError.trailingOctets(4)) {
            try Message(decoding: rawMessage(first: 0, [0, 0, 0, 4]).span)
        }
        #expect(throws: WireError.trailingOctets(2)) {
            try PayloadChain.decode([1, 2].span, first: .none)
        }
    }

    @Test func aHundredPayloadsAreTheMost() throws {
        func chain(_ count: Int) -> [UInt8] {
            (1...count).flatMap { rawPayload(next: $0 == count ? 0 : 43, []) }
        }
        let most = try Message(decoding: rawMessage(first: 43, chain(100)).span)
        #expect(most.payloads.count == 100)
        #expect(throws: WireError.tooManyPayloads) {
            try Message(decoding: rawMessage(first: 43, chain(101)).span)
        }
        #expect(throws: WireError.tooManyPayloads) {
            try PayloadChain.decode(chain(10_000).span, first: .vendorID)
        }
    }

    @Test func anUnknownPayloadIsKeptOutsideAndInside() throws {
        let chain = rawPayload(next: 43, [1, 2]) + rawPayload([])
        let expected: [Payload] = [
            .unknown(UnknownPayload(type: PayloadType(rawValue: 200), body: [1, 2])),
            .vendorID([]),
        ]
        #expect(try Message(decoding: rawMessage(first: 200, chain).span).payloads == expected)
        #expect(
            try PayloadChain.decode(chain.span, first: PayloadType(rawValue: 200)) == expected)
    }

    /// The payload types of IKEv1, whose numbers IKEv2 reserves, and a private one.
    @Test(arguments: [1, 13, 32, 49, 54, 200, 255] as [UInt8])
    func anUnknownCriticalPayloadIsRefusedOutsideAndInside(type: UInt8) {
        let chain = rawPayload(flags: 0x80, [1, 2])
        let error = WireError.unsupportedCriticalPayload(PayloadType(rawValue: type))
        #expect(throws: error) {
            try Message(decoding: rawMessage(first: type, chain).span)
        }
        #expect(throws: error) {
            try PayloadChain.decode(chain.span, first: PayloadType(rawValue: type))
        }
        #expect(error.notify == .unsupportedCriticalPayload)
    }

    @Test func theCriticalBitOfAKnownPayloadIsIgnoredAndNotSent() throws {
        let chain = rawPayload(flags: 0xFF, [1, 2])
        let message = try Message(decoding: rawMessage(first: 43, chain).span)
        #expect(message.payloads == [.vendorID([1, 2])])
        #expect(message.encoded()[29] == 0)
    }

    @Test func lengthsAreCheckedBeforeCriticalBitsFurtherOnAreBelieved() {
        // The first payload is too long for its meaning, the second does not fit at all.
        let chain = rawPayload(next: 43, [UInt8](repeating: 0, count: 300)) + [0, 0, 0, 99]
        #expect(throws: WireError.payloadLength(.vendorID, stated: 99, available: 4)) {
            try Message(decoding: rawMessage(first: 40, chain).span)
        }
    }

    @Test(arguments: [46, 53] as [UInt8])
    func octetsAfterASealedPayloadAreRefused(type: UInt8) {
        let sealed = rawPayload(next: 35, [0, 1, 0, 1] + [UInt8](repeating: 9, count: 32))
        for tail in [[0], rawPayload([1]), sealed] {
            #expect(throws: WireError.sealedNotLast(PayloadType(rawValue: type))) {
                try Message(decoding: rawMessage(first: type, sealed + tail).span)
            }
        }
    }

    @Test func aSealedPayloadInsideAnotherIsRefused() {
        let chain = rawPayload(next: 35, [0, 1, 0, 1, 9])
        #expect(throws: WireError.sealedInside(.encrypted)) {
            try PayloadChain.decode(chain.span, first: .encrypted)
        }
        #expect(throws: WireError.sealedInside(.encryptedFragment)) {
            try PayloadChain.decode(chain.span, first: .encryptedFragment)
        }
        #expect(throws: WireError.sealedInside(.encrypted)) {
            try PayloadChain.decode((rawPayload(next: 46, []) + chain).span, first: .vendorID)
        }
    }

    @Test func payloadsBeforeASealedOneAreKept() throws {
        let chain = rawPayload(next: 46, [1]) + rawPayload(next: 0, [5, 6])
        let message = try Message(decoding: rawMessage(first: 43, chain).span)
        #expect(message.payloads == [.vendorID([1])])
        #expect(message.sealed == SealedBody(firstInner: .none, range: 37..<39))
    }

    @Test(arguments: [(0, 1), (0, 0), (1, 0), (3, 2), (65535, 1)] as [(UInt16, UInt16)])
    func aFragmentNumberThatCannotBeIsRefused(number: UInt16, total: UInt16) {
        let body = big16(Int(number)) + big16(Int(total)) + [1, 2, 3]
        let error = WireError.fragmentNumber(number, total: total)
        #expect(throws: error) {
            try Message(decoding: rawMessage(first: 53, rawPayload(body)).span)
        }
        #expect(error.notify == nil)
    }

    @Test func aFragmentWithoutItsNumbersIsRefused() {
        for count in 0..<4 {
            let body = [UInt8](repeating: 1, count: count)
            #expect(throws: WireError.malformed(.encryptedFragment, .truncated)) {
                try Message(decoding: rawMessage(first: 53, rawPayload(body)).span)
            }
        }
    }

    @Test func aRangeOutsideTheOctetsIsCutToThem() throws {
        let octets: [UInt8] = []
        #expect(try PayloadChain.decode(octets.span, within: 5..<9, first: .none) == [])
        #expect(throws: WireError.chainTruncated(.nonce)) {
            try PayloadChain.decode([1, 2].span, within: -3..<99, first: .nonce)
        }
    }
}
