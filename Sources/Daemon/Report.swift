import Console
import Policy

/// What is wrong with the files, for a terminal or for the log.
package struct Report: Sendable {
    /// One thing to tell; the text may have several lines, each safe to print.
    struct Entry: Equatable, Sendable {
        let severity: Diagnostic.Severity
        let text: String
    }

    package init() {}

    private(set) var entries: [Entry] = []
    private(set) var errorCount = 0
    private(set) var warningCount = 0

    package var hasErrors: Bool { errorCount > 0 }

    package mutating func add(_ diagnostics: Diagnostics) {
        for diagnostic in diagnostics {
            entries.append(Entry(severity: diagnostic.severity, text: diagnostic.render()))
        }
        errorCount += diagnostics.errorCount
        warningCount += diagnostics.warningCount
    }

    /// Adds what concerns a file as a whole.
    package mutating func add(_ severity: Diagnostic.Severity, _ message: String, path: String) {
        entries.append(
            Entry(
                severity: severity, text: "\(path.printable): \(severity.name): \(message)"))
        if severity == .error { errorCount += 1 } else { warningCount += 1 }
    }

    /// Tells it all on standard error.
    package func print() {
        for entry in entries { Terminal.complain(entry.text) }
    }

    /// `1 error, 2 warnings`.
    package var summary: String {
        "\(Self.count(errorCount, "error")), \(Self.count(warningCount, "warning"))"
    }

    package static func count(_ number: Int, _ noun: String) -> String {
        switch number {
        case 0: "no \(noun)s"
        case 1: "1 \(noun)"
        default: "\(number) \(noun)s"
        }
    }
}
