// Values as RFC 8259 writes them.

extension Value {
    /// The JSON text, on one line.
    public var json: String {
        var text = ""
        write(to: &text, indentation: nil)
        return text
    }

    /// The JSON text, a line for each member, as deep as so many levels already.
    public func json(indentedBy level: Int) -> String {
        var text = ""
        write(to: &text, indentation: level)
        return text
    }

    private func write(to text: inout String, indentation: Int?) {
        switch self {
        case .object(let members):
            Self.write(members, "{", "}", to: &text, indentation) { member, text, level in
                Self.write(quoted: member.name, to: &text)
                text += level == nil ? ":" : ": "
                member.value.write(to: &text, indentation: level)
            }
        case .array(let values):
            Self.write(values, "[", "]", to: &text, indentation) { value, text, level in
                value.write(to: &text, indentation: level)
            }
        case .text(let value): Self.write(quoted: value, to: &text)
        case .number(let number): text += String(number)
        case .key(let key): Self.write(quoted: key.hexadecimal, to: &text)
        case .flag(let isSet): text += isSet ? "true" : "false"
        }
    }

    private static func write<Element>(
        _ elements: [Element], _ open: String, _ close: String, to text: inout String,
        _ indentation: Int?, element write: (Element, inout String, Int?) -> Void
    ) {
        let inner = indentation.map { $0 + 1 }
        text += open
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            newLine(inner, in: &text)
            write(element, &text, inner)
        }
        if !elements.isEmpty { newLine(indentation, in: &text) }
        text += close
    }

    private static func newLine(_ level: Int?, in text: inout String) {
        guard let level else { return }
        text += "\n" + String(repeating: "  ", count: level)
    }

    private static func write(quoted value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
