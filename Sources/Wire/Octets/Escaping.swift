// What peers write, made fit for a log.

/// How much of what a peer wrote goes to a log: longer than any name that is in use, short enough
/// that a message full of them does no harm.
private let describedOctets = 128

/// Printable ASCII as it is, every other octet and the backslash as `\xNN`; long text is cut.
func escaped(_ octets: [UInt8]) -> String {
    var text = ""
    for octet in octets.prefix(describedOctets) {
        switch octet {
        case UInt8(ascii: "\\"), 0..<0x20, 0x7F...0xFF: text += "\\x" + hexadecimal(octet)
        default: text.unicodeScalars.append(Unicode.Scalar(octet))
        }
    }
    return text + cut(octets)
}

/// `0x` and the digits; a long text is cut.
func shortHexadecimal(_ octets: [UInt8]) -> String {
    "0x" + hexadecimal(octets.prefix(describedOctets)) + cut(octets)
}

private func cut(_ octets: [UInt8]) -> String {
    octets.count > describedOctets ? "... (\(octets.count) octets)" : ""
}
