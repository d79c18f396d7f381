import Admin

/// A line for each object, under a heading, as wide as the terminal.
final class TableView: View {
    /// What stands in the columns.
    enum Kind {
        case ikeSAs, childSAs, algorithms
    }

    private struct Column {
        let heading: String
        let width: Int
        let text: (Value) -> String
    }

    private let output: Output
    private let columns: [Column]
    private var hasHeading = false

    init(_ output: Output, _ kind: Kind) {
        self.output = output
        switch kind {
        case .ikeSAs:
            columns = [
                Column(heading: "INITIATOR SPI", width: 18) { $0["initiator_spi"]?.text ?? "" },
                Column(heading: "LOCAL", width: 15) { $0["local"]?["address"]?.text ?? "" },
                Column(heading: "REMOTE", width: 15) { $0["remote"]?["address"]?.text ?? "" },
                Column(heading: "STATE", width: 11) { $0["state"]?.text ?? "" },
                Column(heading: "REKEY", width: 6) {
                    $0["rekey_in_secs"]?.number.map { "\($0)" } ?? "-"
                },
                Column(heading: "RULE", width: 0) { $0["rule"]?.text ?? "-" },
            ]
        case .childSAs:
            columns = [
                Column(heading: "SPI IN", width: 10) { $0["spi_in"]?.text ?? "" },
                Column(heading: "SPI OUT", width: 10) { $0["spi_out"]?.text ?? "" },
                Column(heading: "STATE", width: 10) { $0["state"]?.text ?? "" },
                Column(heading: "LOCAL", width: 18) { $0["local_ts"]?.elements.first?.text ?? "" },
                Column(heading: "REMOTE", width: 18) {
                    $0["remote_ts"]?.elements.first?.text ?? ""
                },
                Column(heading: "RULE", width: 0) { $0["rule"]?.text ?? "-" },
            ]
        case .algorithms:
            columns = [
                Column(heading: "NUMBER", width: 6) {
                    $0["number"]?.number.map { "\($0)" } ?? ""
                },
                Column(heading: "KEY BITS", width: 8) {
                    $0["key_bits"]?.number.map { "\($0)" } ?? "-"
                },
                Column(heading: "NAME", width: 0) { $0["name"]?.text ?? "" },
            ]
        }
    }

    func show(_ value: Value) {
        if !hasHeading { line { $0.heading } }
        hasHeading = true
        line { $0.text(value) }
    }

    private func line(_ text: (Column) -> String) {
        var line = ""
        for column in columns {
            if !line.isEmpty { line += " " }
            let text = text(column)
            line += text + String(repeating: " ", count: max(0, column.width - text.utf8.count))
        }
        if let width = output.columns { line = String(line.prefix(width)) }
        output.line(line)
    }

    func finish(_ words: String) {
        output.line()
        output.line(words)
    }
}
