import Foundation
import Testing

@testable import Admin

/// What the daemon tells: on its way, and as JSON.
@Suite struct ValueTests {
    private static let tree = Value.object([
        Value.Member("text", .text("a \"quoted\"\\\n\u{1}ü")), Value.Member("none", .array([])),
        Value.Member("number", .number(.max)), Value.Member("yes", .flag(true)),
        Value.Member("no", .flag(false)), Value.Member("empty", .object([])),
        Value.Member("key", .key(SensitiveOctets([0x0A, 0xFF]))),
        Value.Member("list", .array([.number(1), .text(""), .array([.flag(false)])])),
    ])

    private static func octets(_ value: Value) -> [UInt8] {
        var octets: [UInt8] = []
        value.append(to: &octets)
        return octets
    }

    @Test func aTreeSurvivesTheWay() throws {
        #expect(try Value(octets: Self.octets(Self.tree)[...]) == Self.tree)
        let replies: [Reply] = [
            .object(Self.tree), .piece(SensitiveOctets([0, 1, 255])), .note("a:1:2: error: b\nc"),
            .done("3 deleted"), .failed("there is none"),
        ]
        for reply in replies {
            #expect(try Reply(octets: reply.octets) == reply)
        }
    }

    @Test func everyDigitOfAKeyCanBeAnX() {
        #expect(Self.tree.withoutKeys["key"] == .text("XXXX"))
        #expect(Self.tree.withoutKeys["list"] == Self.tree["list"])
    }

    @Test func damagedOctetsNeverTrap() {
        let octets = Self.octets(Self.tree)
        for count in octets.indices {
            #expect(throws: AdminError.self) { try Value(octets: octets.prefix(count)) }
        }
        for index in octets.indices {
            for bit in 0..<8 {
                var damaged = octets
                damaged[index] ^= 1 << bit
                _ = try? Value(octets: damaged[...])
            }
        }
    }

    @Test func aTreeWithoutEndIsRefused() {
        // An array in an array, a thousand deep.
        let octets = [UInt8](repeating: 0, count: 0) + (0..<1000).flatMap { _ in [2, 0, 0, 0, 1] }
        #expect(throws: AdminError.malformed) { try Value(octets: octets[...]) }
    }

    @Test func moreElementsThanOctetsAreRefused() {
        #expect(throws: AdminError.malformed) {
            try Value(octets: [2, 0xFF, 0xFF, 0xFF, 0xFF, 5, 5][...])
        }
    }

    /// Foundation reads what we write.
    @Test func theJSONIsWhatOthersRead() throws {
        for text in [Self.tree.json, Self.tree.json(indentedBy: 0), Self.tree.json(indentedBy: 3)] {
            let read = try JSONSerialization.jsonObject(with: Data(text.utf8))
            let object = try #require(read as? [String: Any])
            #expect(object["text"] as? String == "a \"quoted\"\\\n\u{1}ü")
            #expect(object["number"] as? UInt64 == .max)
            #expect(object["yes"] as? Bool == true && object["no"] as? Bool == false)
            #expect(object["key"] as? String == "0aff")
            #expect((object["none"] as? [Any])?.isEmpty == true)
            #expect((object["empty"] as? [String: Any])?.isEmpty == true)
            #expect((object["list"] as? [Any])?.count == 3)
        }
    }

    @Test func framesAreFoundInPiecesOfAnySize() throws {
        let messages: [[UInt8]] = [[], [1], [2, 3, 4], [UInt8](repeating: 9, count: 300)]
        let stream = messages.flatMap { Frame.around($0) }
        for size in 1...stream.count {
            var buffer = FrameBuffer(longest: 300)
            var found: [[UInt8]] = []
            for start in Swift.stride(from: 0, to: stream.count, by: size) {
                buffer.append(stream[start..<min(start + size, stream.count)])
                while let message = try buffer.next() { found.append(message) }
            }
            #expect(found == messages)
            #expect(try buffer.next() == nil)
        }
    }

    @Test func aFrameThatSaysItIsTooLongIsRefusedAtOnce() {
        var buffer = FrameBuffer(longest: 300)
        buffer.append([0, 0, 1, 45])
        #expect(throws: AdminError.tooLong(301)) { try buffer.next() }
    }
}
