import Admin

/// Names and values, those of an object within another behind its name.
final class TreeView: View {
    private let output: Output

    init(_ output: Output) {
        self.output = output
    }

    func show(_ value: Value) {
        output.line()
        show(value, under: "")
    }

    private func show(_ value: Value, under prefix: String) {
        for member in value.members {
            let name = prefix.isEmpty ? member.name : "\(prefix) \(member.name)"
            switch member.value {
            case .object: show(member.value, under: name)
            case .text(let text): line(name, text)
            case .number(let number): line(name, "\(number)")
            case .key(let key): line(name, key.hexadecimal)
            case .flag(let isSet): line(name, isSet ? "yes" : "no")
            case .array(let values):
                line(name, values.compactMap { $0.text }.joined(separator: ", "))
            }
        }
    }

    private func line(_ name: String, _ text: String) {
        let words = String(name.map { $0 == "_" ? " " : $0 })
        let padding = String(repeating: " ", count: max(1, 40 - words.utf8.count))
        output.line(words + padding + text)
    }

    func finish(_ words: String) {}
}
