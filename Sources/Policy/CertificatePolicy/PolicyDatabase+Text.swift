extension PolicyDatabase {
    /// The file that ``parse(_:into:)`` reads back.
    public var text: String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kmf-policy-db>\n"
        for entry in entries {
            entry.write(
                .policy, attributes: " name=\"\(entry.name.inXML)\"", indent: "  ", into: &text)
        }
        return text + "</kmf-policy-db>\n"
    }
}

extension PolicyEntry {
    /// Writes an element with those in it that say something.
    fileprivate func write(
        _ element: PolicyElement, attributes: String = "", indent: String, into text: inout String
    ) {
        guard element == .policy || isNeeded(element) else { return }
        if element.repeats, element != .policy {
            for attribute in element.attributes {
                for word in self[attribute].map({ PolicyValue.words(of: $0) }) ?? [] {
                    text +=
                        "\(indent)<\(element.name) \(attribute.place.name)=\"\(word.inXML)\"/>\n"
                }
            }
            return
        }
        text += "\(indent)<\(element.name)\(attributes)"
        for attribute in element.attributes {
            guard let value = self[attribute] else { continue }
            let written = attribute.kind.written(value)
            text += " \(attribute.place.name)=\"\(written.inXML)\""
        }
        guard element.children.contains(where: { isNeeded($0) }) else {
            text += "/>\n"
            return
        }
        text += ">\n"
        for child in element.children { write(child, indent: "\(indent)  ", into: &text) }
        text += "\(indent)</\(element.name)>\n"
    }

    private func isNeeded(_ element: PolicyElement) -> Bool {
        has(element.attributes) || element.children.contains { isNeeded($0) }
    }
}

extension PolicyValue {
    /// How Solaris has it in the file.
    fileprivate func written(_ value: String) -> String {
        switch self {
        case .truth: PolicyValue.truth(value) == true ? "TRUE" : "FALSE"
        default: value
        }
    }
}

extension String {
    /// As it stands in an attribute between double quotes.
    fileprivate var inXML: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
