import Testing

@testable import Wire

@Suite struct SealedLayoutTests {
    let header = Header(
        initiatorSPI: IKESPI(0x0102_0304_0506_0708), responderSPI: IKESPI(0x1112_1314_1516_1718),
        exchange: .informational, flags: .initiator, messageID: 5)

    /// The one message there is without a limit.
    private func whole(
        _ payloads: [Payload], ivLength: Int, blockLength: Int, icvLength: Int
    ) -> SealedLayout {
        let layouts = SealedLayout.messages(
            header: header, payloads: payloads, ivLength: ivLength, blockLength: blockLength,
            icvLength: icvLength, maximumOctets: .max)
        #expect(layouts.count == 1)
        return layouts[0]
    }

    /// RFC 7296 §3.14 and RFC 5282: an empty INFORMATIONAL under AES-GCM, by hand.
    @Test func anEmptyMessageHoldsOnlyTheLengthOfItsPadding() {
        let layout = whole([], ivLength: 8, blockLength: 1, icvLength: 16)
        #expect(
            layout.octets
                == hex("0102030405060708 1112131415161718 2e202508 00000005 00000039 0000001d")
                + [UInt8](repeating: 0, count: 25))
        #expect(layout.associatedData == 0..<32)
        #expect(layout.iv == 32..<40)
        #expect(layout.text == 40..<41)
        #expect(layout.icv == 41..<57)
    }

    /// A Vendor ID payload of five octets leaves ten of padding in a block of sixteen.
    @Test func blocksAreFilledWithZerosAndTheirCount() {
        let layout = whole([.vendorID([9])], ivLength: 16, blockLength: 16, icvLength: 12)
        #expect(layout.text == 48..<64)
        #expect(
            Array(layout.octets[layout.text]) == hex("00000005 09 00000000000000000000 0a"))
        #expect(layout.octets[28] == PayloadType.vendorID.rawValue)
    }

    @Test(arguments: [1, 4, 8, 16])
    func paddingIsTheLeastThatFillsABlock(blockLength: Int) {
        for count in 0..<40 {
            let layout = whole(
                [.vendorID([UInt8](repeating: 1, count: count))], ivLength: 8,
                blockLength: blockLength, icvLength: 16)
            #expect(layout.text.count % blockLength == 0)
            #expect(layout.text.count - (count + 5) < blockLength)
        }
    }

    @Test func aMessageThatFitsIsNotFragmented() {
        func fragments(_ maximum: Int) -> [SealedLayout] {
            SealedLayout.messages(
                header: header, payloads: [.vendorID([1, 2, 3])], ivLength: 8, blockLength: 1,
                icvLength: 16, maximumOctets: maximum)
        }
        #expect(fragments(64).map { $0.octets.count } == [64])
        #expect(fragments(64)[0].octets[16] == PayloadType.encrypted.rawValue)
        // 63 octets hold 28 + 8 + 8 + 3 + 16, and those 3 hold two of the seven.
        #expect(fragments(63).map { $0.octets.count } == [63, 63, 63, 62])
    }

    @Test func fragmentsFillTheirLimit() {
        let layouts = SealedLayout.messages(
            header: header, payloads: [.vendorID([UInt8](repeating: 7, count: 1000))],
            ivLength: 16, blockLength: 16, icvLength: 16, maximumOctets: 576)
        // 576 octets hold 28 + 8 + 16 + 496 + 16, and 496 hold 495 of the 1004.
        #expect(layouts.map { $0.octets.count } == [564, 564, 84])
        #expect(layouts.map { $0.octets[28] } == [43, 0, 0])
    }
}
