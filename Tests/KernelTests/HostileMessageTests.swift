import CLinux
import Testing

@testable import Kernel

/// Whatever comes out of the socket, nothing traps.
@Suite struct HostileMessageTests {
    private static let answers = [
        CapturedAnswer.state, CapturedAnswer.refusal, CapturedAnswer.refusalWithRequest,
    ]

    /// Everything that reads messages, on each message of a datagram.
    private static func read(_ datagram: [UInt8]) {
        var messages = NetlinkMessages()
        let span = datagram.span
        while let message = messages.next(of: span) {
            read(message.header.nlmsg_type, span.extracting(message.payload))
        }
    }

    private static func read(_ type: UInt16, _ payload: Span<UInt8>) {
        _ = Notification(type: type, payload: payload)
        _ = Usage(payload)
        for flags in [0, NLM_F_ACK_TLVS, NLM_F_ACK_TLVS | NLM_F_CAPPED] {
            _ = NetlinkSocket.outcome(ofAcknowledgement: payload, flags: flags)
        }
    }

    @Test func messagesCutAnywhere() {
        for message in CapturedNotification.all + Self.answers {
            let type = message.span.load(UInt16.self, at: 4) ?? 0
            for length in 0..<message.count {
                Self.read(Array(message.prefix(length)))
                // The same with a header that agrees.
                Self.read(type, message.span.extracting(first: max(0, length - 16)))
            }
        }
    }

    @Test func notificationsCutBeforeTheirAttributesAreNone() {
        for message in CapturedNotification.all where message.count > 100 {
            #expect(notification(Array(message.prefix(message.count - 1))) == nil)
            var short = Array(message.prefix(60))
            short[0] = 60
            short[1] = 0
            #expect(notification(short) == nil)
        }
    }

    @Test func mutatedMessages() {
        var generator = SplitMix64(state: 0x1CE_CAFE)
        for message in CapturedNotification.all + Self.answers {
            for _ in 0..<2000 {
                var mutant = message
                for _ in 0...Int.random(in: 0..<4, using: &generator) {
                    let index = Int.random(in: mutant.indices, using: &generator)
                    mutant[index] =
                        Bool.random(using: &generator)
                        ? UInt8.random(in: 0...255, using: &generator)
                        : [0, 1, 3, 4, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
                }
                Self.read(mutant)
                if let type = message.span.load(UInt16.self, at: 4) {
                    Self.read(type, mutant.span.extracting(droppingFirst: 16))
                }
            }
        }
    }

    @Test func attributesOfImpossibleLengthEndTheSearch() {
        // Lengths 0 and 3 would not progress; 9 and 65535 reach past the end.
        for length: [UInt8] in [[0, 0], [3, 0], [9, 0], [0xFF, 0xFF]] {
            let octets = length + [7, 0, 1, 2, 3, 4]
            #expect(octets.attribute(UInt16(7), from: 0) == nil)
        }
        #expect(([8, 0, 7, 0, 1, 2, 3, 4] as [UInt8]).attribute(UInt16(7), from: 0) == 4..<8)
    }

    @Test func offsetsOutsideGiveNothing() {
        let octets = [UInt8](repeating: 0, count: 8)
        #expect(octets.load(UInt32.self, at: 5) == nil)
        #expect(octets.load(UInt32.self, at: -1) == nil)
        #expect(octets.load(UInt32.self, at: .max) == nil)
        #expect(octets.attribute(UInt16(1), from: 100) == nil)
    }
}

/// Random numbers that repeat (Steele, Lea and Flood's SplitMix64).
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
