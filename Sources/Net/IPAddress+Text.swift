// The text form of addresses: RFC 4291 §2.2 to read, RFC 5952 to print.

extension IPAddress: CustomStringConvertible, LosslessStringConvertible {
    /// Parses dotted decimal or RFC 4291 text; anything else gives `nil`.
    ///
    /// Dotted decimal takes exactly four numbers of one to three digits without leading zeros,
    /// because `010` means eight to some readers and ten to others.
    public init?(_ text: String) {
        self.init(text.utf8.span)
    }

    /// Parses the same from octets of ASCII.
    public init?(_ text: Span<UInt8>) {
        var hasColon = false
        for index in text.indices where text[index] == Character.colon { hasColon = true }
        if hasColon {
            guard let address = Self.parseV6(text) else { return nil }
            self = address
        } else {
            guard let bits = Self.parseV4(text, text.indices) else { return nil }
            self = .v4(bits)
        }
    }

    private enum Character {
        static let colon = UInt8(ascii: ":")
        static let dot = UInt8(ascii: ".")
        static let zero = UInt8(ascii: "0")
    }

    private static func parseV4(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt32? {
        var bits: UInt32 = 0
        var parts = 0
        var index = range.lowerBound
        while index <= range.upperBound {
            var value: UInt32 = 0
            var digits = 0
            while index < range.upperBound, text[index] != Character.dot {
                guard case 0x30...0x39 = text[index], digits < 3, digits == 0 || value > 0 else {
                    return nil
                }
                value = value * 10 + UInt32(text[index] - Character.zero)
                digits += 1
                index += 1
            }
            guard digits > 0, value < 256, parts < 4 else { return nil }
            bits = bits << 8 | value
            parts += 1
            index += 1  // past the dot, or past the end
        }
        return parts == 4 ? bits : nil
    }

    private static func parseV6(_ text: Span<UInt8>) -> IPAddress? {
        var groups: [UInt16] = []
        var gap: Int?
        var index = 0
        if text.count >= 2, text[0] == Character.colon {
            guard text[1] == Character.colon else { return nil }
            gap = 0
            index = 2
        }
        while index < text.count {
            guard groups.count < 8 else { return nil }
            let start = index
            var value: UInt32 = 0
            while index < text.count, let digit = hexDigit(text[index]) {
                value = value << 4 | digit
                index += 1
                guard index - start <= 4 else { return nil }
            }
            if index < text.count, text[index] == Character.dot {
                guard groups.count <= 6, let bits = parseV4(text, start..<text.count) else {
                    return nil
                }
                groups.append(UInt16(truncatingIfNeeded: bits >> 16))
                groups.append(UInt16(truncatingIfNeeded: bits))
                index = text.count
                break
            }
            guard index > start else { return nil }
            groups.append(UInt16(truncatingIfNeeded: value))
            guard index < text.count else { break }
            guard text[index] == Character.colon else { return nil }
            index += 1
            if index < text.count, text[index] == Character.colon {
                guard gap == nil else { return nil }
                gap = groups.count
                index += 1
            } else if index == text.count {
                return nil  // a single trailing colon
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: Array(repeating: 0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        func half(_ range: Range<Int>) -> UInt64 {
            groups[range].reduce(0) { $0 << 16 | UInt64($1) }
        }
        return .v6(high: half(0..<4), low: half(4..<8))
    }

    private static func hexDigit(_ octet: UInt8) -> UInt32? {
        switch octet {
        case 0x30...0x39: UInt32(octet - 0x30)
        case 0x41...0x46: UInt32(octet - 0x41 + 10)
        case 0x61...0x66: UInt32(octet - 0x61 + 10)
        default: nil
        }
    }

    /// Dotted decimal, or the canonical text of RFC 5952.
    public var description: String {
        switch self {
        case .v4(let bits):
            "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
        case .v6(let high, let low): Self.text(high: high, low: low)
        }
    }

    private static func text(high: UInt64, low: UInt64) -> String {
        if high == 0, low >> 32 == 0xFFFF {
            return "::ffff:\(IPAddress.v4(UInt32(truncatingIfNeeded: low)))"
        }
        var groups: [UInt16] = []
        for half in [high, low] {
            for shift in [48, 32, 16, 0] {
                groups.append(UInt16(truncatingIfNeeded: half >> shift))
            }
        }
        // The longest run of at least two zero groups, the first of equals (RFC 5952 §4.2).
        var gap = 0..<0
        var index = 0
        while index < 8 {
            var end = index
            while end < 8, groups[end] == 0 { end += 1 }
            if end - index > max(gap.count, 1) { gap = index..<end }
            index = max(end, index + 1)
        }
        var text = ""
        index = 0
        while index < 8 {
            if !gap.isEmpty, index == gap.lowerBound {
                text += "::"
                index = gap.upperBound
                continue
            }
            if !text.isEmpty, !text.hasSuffix(":") { text += ":" }
            text += String(groups[index], radix: 16)
            index += 1
        }
        return text
    }
}
