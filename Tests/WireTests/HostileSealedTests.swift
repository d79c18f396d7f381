import Testing

@testable import Wire

/// SK payloads whose lengths cannot be right, and padding that lies.
@Suite struct HostileSealedTests {
    @Test func aBodyTooShortForItsPartsHasNoRanges() {
        for count in 0..<29 {
            let sealed = SealedBody(firstInner: .none, range: 32..<32 + count)
            let ranges = SealedRanges(sealed: sealed, ivLength: 8, blockLength: 1, icvLength: 16)
            #expect((ranges != nil) == (count >= 25))
        }
    }

    @Test func aTextThatIsNotWholeBlocksHasNoRanges() {
        for count in 0..<80 {
            let sealed = SealedBody(firstInner: .none, range: 32..<32 + count)
            let ranges = SealedRanges(sealed: sealed, ivLength: 16, blockLength: 16, icvLength: 16)
            #expect((ranges != nil) == (count >= 48 && count % 16 == 0))
        }
    }

    @Test func paddingLongerThanTheTextIsRefused() throws {
        for (text, padding) in [(1, 1), (1, 255), (16, 16), (16, 255)] as [(Int, UInt8)] {
            var octets = [UInt8](repeating: 0, count: 40 + text)
            octets[39 + text] = padding
            let error = WireError.paddingLength(padding, text: text)
            #expect(throws: error) {
                try PayloadChain.removePadding(octets.span, text: 40..<40 + text)
            }
            #expect(error.notify == .invalidSyntax)
        }
    }

    @Test func paddingMayFillTheText() throws {
        var octets = [UInt8](repeating: 0, count: 20)
        octets[19] = 15
        #expect(try PayloadChain.removePadding(octets.span, text: 4..<20) == 4..<4)
        #expect(try PayloadChain.decode(octets.span, within: 4..<4, first: .none) == [])
    }

    @Test func aTextOutsideTheOctetsIsRefused() {
        for text in [0..<0, 4..<4, 0..<5, 3..<9, -4..<0] {
            #expect(throws: WireError.paddingLength(0, text: 0)) {
                try PayloadChain.removePadding([0, 0, 0, 0].span, text: text)
            }
        }
    }
}
