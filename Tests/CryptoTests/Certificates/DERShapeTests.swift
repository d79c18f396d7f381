import Testing

@testable import Crypto

struct DERShapeTests {
    private func isWellFormed(_ octets: [UInt8]) -> Bool { DERShape.isWellFormed(octets.span) }

    @Test(arguments: [
        "0500", "3000", "30020500", "3004 0500 0500", "a003020101", "3003 0201ff",
        "04820100" + Self.zeros,
        "048180" + String(Self.zeros.prefix(256)), "30063004a0023000",
    ])
    func acceptsDER(octets: String) {
        #expect(isWellFormed(hex(octets)))
    }

    @Test(arguments: [
        // Nothing, half a value, two values, something behind.
        "", "30", "05000500", "050000",
        // A length beyond its parent or the end, of no octets, or of more than it takes.
        "300105", "3003040201", "3080 0000", "30810100", "048101ff", "04820001ff", "0484000000010a",
        "30ff", "0482", "0480",
        // Tags of several octets, and constructed strings (X.690 §10.2).
        "1f0100", "3f8101 00", "2403040101", "2c00", "1000", "31 0110",
    ])
    func refusesEverythingElse(octets: String) {
        #expect(!isWellFormed(hex(octets)))
    }

    private static let zeros = String(repeating: "00", count: 256)

    @Test func endsAtADepth() {
        func nested(_ depth: Int) -> [UInt8] {
            (0..<depth).reduce([]) { content, _ in der(0x30, content) }
        }
        #expect(isWellFormed(nested(32)))
        #expect(!isWellFormed(nested(33)))
        #expect(!isWellFormed(nested(5000)))
    }
}
