/// The few encodings that are made here rather than by libcrypto, each of fewer than 128 octets.
enum DER {
    static let null: [UInt8] = [0x05, 0x00]

    static func sequence(_ content: [UInt8]) -> [UInt8] { value(0x30, content) }

    static func object(_ content: [UInt8]) -> [UInt8] { value(0x06, content) }

    static func octetString(_ content: [UInt8]) -> [UInt8] { value(0x04, content) }

    /// A number below 128.
    static func smallInteger(_ number: UInt8) -> [UInt8] { value(0x02, [number]) }

    /// The content behind an explicit tag.
    static func explicit(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        value(0xA0 | tag, content)
    }

    private static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        [tag, UInt8(truncatingIfNeeded: content.count)] + content
    }
}
