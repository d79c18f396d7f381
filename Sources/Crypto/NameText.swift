/// The text of a distinguished name, taken apart (RFC 4514 §2 and §3).
enum NameText {
    /// One `type=value` of the text.
    struct Attribute: Equatable {
        /// The name or number of the attribute's type, as written.
        let type: String
        /// The value in UTF-8, without escapes and quotes.
        let value: [UInt8]
        /// Whether a plus stands before it: it belongs to the relative name of the one before.
        let joinsTheLast: Bool
    }

    /// The attributes in the order of the text, at least one.
    static func attributes(of text: String) throws(CryptoError) -> [Attribute] {
        var reader = Reader(octets: Array(text.utf8))
        var attributes: [Attribute] = []
        var joinsTheLast = false
        while true {
            let type = try reader.type()
            let value = try reader.value()
            attributes.append(
                Attribute(type: type, value: value, joinsTheLast: joinsTheLast))
            guard let separator = reader.next() else { return attributes }
            joinsTheLast = separator == UInt8(ascii: "+")
        }
    }

    /// A place in the text.
    private struct Reader {
        let octets: [UInt8]
        var position = 0

        var first: UInt8? { position < octets.count ? octets[position] : nil }

        mutating func next() -> UInt8? {
            guard let octet = first else { return nil }
            position += 1
            return octet
        }

        mutating func skipSpaces() {
            while first == UInt8(ascii: " ") { position += 1 }
        }

        /// Reads up to the equals sign, and past it.
        mutating func type() throws(CryptoError) -> String {
            skipSpaces()
            var type: [UInt8] = []
            while let octet = next() {
                if octet == UInt8(ascii: "=") {
                    while type.last == UInt8(ascii: " ") { type.removeLast() }
                    guard !type.isEmpty else { break }
                    return String(decoding: type, as: UTF8.self)
                }
                guard Self.belongsToAType(octet) else { break }
                type.append(octet)
            }
            throw .malformedName(reason: "a type, an equals sign and a value are expected")
        }

        /// Letters, digits, the dots of a number, the hyphen RFC 4512 §1.4 allows, and spaces around.
        private static func belongsToAType(_ octet: UInt8) -> Bool {
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: " "):
                true
            default: false
            }
        }

        /// Reads up to the comma or plus behind a value, or to the end.
        mutating func value() throws(CryptoError) -> [UInt8] {
            skipSpaces()
            if first == UInt8(ascii: "\"") { return try quotedValue() }
            guard first != UInt8(ascii: "#") else {
                throw .malformedName(reason: "values in hexadecimal digits are not supported")
            }
            var value: [UInt8] = []
            // Spaces at the end do not count, unless they are escaped.
            var countWithoutSpaces = 0
            while let octet = first, octet != UInt8(ascii: ","), octet != UInt8(ascii: "+") {
                position += 1
                switch octet {
                case UInt8(ascii: "\\"):
                    value.append(try escaped())
                    countWithoutSpaces = value.count
                case UInt8(ascii: "\""):
                    throw .malformedName(reason: "there is a quote within a value")
                default:
                    value.append(octet)
                    if octet != UInt8(ascii: " ") { countWithoutSpaces = value.count }
                }
            }
            return Array(value[..<countWithoutSpaces])
        }

        /// Reads a value that stands in quotes, and the spaces behind it.
        private mutating func quotedValue() throws(CryptoError) -> [UInt8] {
            position += 1
            var value: [UInt8] = []
            while let octet = next() {
                switch octet {
                case UInt8(ascii: "\\"): value.append(try escaped())
                case UInt8(ascii: "\""):
                    skipSpaces()
                    guard first == nil || first == UInt8(ascii: ",") || first == UInt8(ascii: "+")
                    else { throw .malformedName(reason: "something follows a quoted value") }
                    return value
                default: value.append(octet)
                }
            }
            throw .malformedName(reason: "a quote is missing")
        }

        /// Reads what follows a backslash: two hexadecimal digits, or the character itself.
        private mutating func escaped() throws(CryptoError) -> UInt8 {
            guard let octet = next() else {
                throw .malformedName(reason: "nothing follows a backslash")
            }
            guard let high = Self.digit(octet) else { return octet }
            guard let last = first, let low = Self.digit(last) else {
                throw .malformedName(reason: "one hexadecimal digit follows a backslash")
            }
            position += 1
            return high << 4 | low
        }

        private static func digit(_ octet: UInt8) -> UInt8? {
            switch octet {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): octet - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): octet - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): octet - UInt8(ascii: "A") + 10
            default: nil
            }
        }
    }
}
