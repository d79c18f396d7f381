extension String {
    /// The text as a terminal or a log may show it: control characters, and those that change the
    /// direction of writing, as `\xNN` or `\u{NNNN}`; a tab is a blank.
    package var printable: String {
        guard unicodeScalars.contains(where: { !$0.isHarmless }) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isHarmless {
                text.unicodeScalars.append(scalar)
            } else if scalar == "\t" {
                text += " "
            } else if scalar.value < 0x100 {
                let digits = String(scalar.value, radix: 16)
                text += digits.utf8.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
            } else {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    fileprivate var isHarmless: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0: false
        case 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: false
        default: true
        }
    }
}
