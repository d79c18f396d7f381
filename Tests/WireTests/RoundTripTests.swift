import Testing

@testable import Wire

@Suite struct RoundTripTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func everyMessageDecodesToItself(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let message = Message(
                header: generator.header(), payloads: generator.list(0...12) { $0.payload() })
            let octets = message.encoded()
            let decoded = try Message(decoding: octets.span)
            #expect(decoded.payloads == message.payloads)
            #expect(decoded.sealed == nil)
            #expect(decoded.header.firstPayload == message.payloads.first?.type ?? .none)
            #expect(decoded.encoded() == octets)
        }
    }

    @Test func everySealedMessageDecodesToItsPayloads() throws {
        var generator = SeededGenerator(seed: 7)
        for (iv, block, icv) in [(16, 16, 16), (8, 1, 16), (16, 16, 12), (8, 8, 12)] {
            for _ in 0..<50 {
                let payloads = generator.list(0...8) { $0.payload() }
                let layout = try #require(
                    SealedLayout.messages(
                        header: generator.header(), payloads: payloads, ivLength: iv,
                        blockLength: block, icvLength: icv, maximumOctets: .max
                    ).first)
                let message = try Message(decoding: layout.octets.span)
                let sealed = try #require(message.sealed)
                #expect(message.payloads.isEmpty)
                let ranges = try #require(
                    SealedRanges(
                        sealed: sealed, ivLength: iv, blockLength: block, icvLength: icv))
                #expect(ranges == layout.ranges)
                let inner = try PayloadChain.removePadding(layout.octets.span, text: ranges.text)
                let decoded = try PayloadChain.decode(
                    layout.octets.span, within: inner, first: sealed.firstInner)
                #expect(decoded == payloads)
            }
        }
    }

    @Test func fragmentsJoinToTheirPayloads() throws {
        var generator = SeededGenerator(seed: 11)
        for limit in [0, 100, 300, 576, 1280] {
            let payloads = generator.list(1...8) { $0.payload() } + [.vendorID([UInt8](1...200))]
            let layouts = SealedLayout.messages(
                header: generator.header(), payloads: payloads, ivLength: 8, blockLength: 1,
                icvLength: 16, maximumOctets: limit)
            var inner: [UInt8] = []
            var first = PayloadType.none
            for (index, layout) in layouts.enumerated() {
                #expect(layout.octets.count <= limit || limit == 0)
                let message = try Message(decoding: layout.octets.span)
                let sealed = try #require(message.sealed)
                if layouts.count > 1 {
                    let fragment = try #require(sealed.fragment)
                    #expect(Int(fragment.number) == index + 1)
                    #expect(Int(fragment.total) == layouts.count)
                    #expect(index == 0 || sealed.firstInner == .none)
                }
                if index == 0 { first = sealed.firstInner }
                let text = try PayloadChain.removePadding(layout.octets.span, text: layout.text)
                inner += layout.octets[text]
            }
            #expect(try PayloadChain.decode(inner.span, first: first) == payloads)
        }
    }
}

extension SeededGenerator {
    mutating func header() -> Header {
        Header(
            initiatorSPI: IKESPI(number(1...UInt64.max)),
            responderSPI: IKESPI(number(0...UInt64.max)),
            exchange: ExchangeType(rawValue: number(0...255)),
            flags: Header.Flags(rawValue: number(0...255)).intersection(.defined),
            messageID: number(0...UInt32.max))
    }
}
