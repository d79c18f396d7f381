extension UInt8 {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let slash = UInt8(ascii: "/")
    static let hash = UInt8(ascii: "#")
    static let dash = UInt8(ascii: "-")
    static let dot = UInt8(ascii: ".")

    /// Whether it continues a character of UTF-8.
    var isUTF8Continuation: Bool { self & 0xC0 == 0x80 }

    /// Whether it is a control character of ASCII, white space included.
    var isControl: Bool { self < 0x20 || self == 0x7F }

    /// Whether it is a decimal digit.
    var isDigit: Bool { 0x30...0x39 ~= self }

    /// The value of a hexadecimal digit.
    var hexDigitValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}
