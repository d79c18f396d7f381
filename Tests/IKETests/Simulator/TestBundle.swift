/// A bundle of certificates (RFC 7296 §3.6), laid by hand.
enum TestBundle {
    enum Part {
        case certificate([UInt8])
        case list([UInt8])
        /// What may not be in one.
        case other([UInt8])
    }

    static func of(_ parts: [Part]) -> [UInt8] {
        value(
            0x30,
            parts.flatMap {
                switch $0 {
                case .certificate(let der): value(0xA0, der)
                case .list(let der): value(0xA1, der)
                case .other(let der): der
                }
            })
    }

    private static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let length: [UInt8] =
            switch count {
            case ..<0x80: [UInt8(count)]
            case ..<0x100: [0x81, UInt8(count)]
            default: [0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
            }
        return [tag] + length + content
    }
}
