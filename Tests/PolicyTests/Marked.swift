import Policy
import Testing

/// A text in which ‹ and › stand around the token that a diagnostic must point at.
struct Marked {
    let source: Source
    let line: Int
    let column: Int
    let length: Int

    init(_ marked: String, name: String = "file") throws {
        let start = try #require(marked.firstIndex(of: "‹"))
        let end = try #require(marked.firstIndex(of: "›"))
        let before = marked[..<start]
        let inner = marked[marked.index(after: start)..<end]
        let text = before + inner + marked[marked.index(after: end)...]
        source = Source(name: name, octets: Array(text.utf8))
        line = before.unicodeScalars.filter { $0 == "\n" }.count + 1
        let lineStart = before.unicodeScalars.lastIndex(of: "\n")
        column =
            lineStart.map { before.unicodeScalars.distance(from: $0, to: before.endIndex) }
            ?? before.unicodeScalars.count + 1
        length = max(inner.unicodeScalars.count, 1)
    }

    /// Whether a diagnostic points at the token.
    func isAt(_ diagnostic: Diagnostic) -> Bool {
        (diagnostic.line, diagnostic.column, diagnostic.length) == (line, column, length)
    }
}

/// What is expected of one text: the only diagnostic, its place marked in the text.
struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let message: String

    init(_ text: String, _ message: String) {
        self.text = text
        self.message = message
    }

    var testDescription: String { text }
}

extension Diagnostics {
    init(parsingConfiguration text: String) {
        self.init()
        _ = Configuration.parse(Source(name: "file", octets: Array(text.utf8)), into: &self)
    }

    /// The only diagnostic of a severity.
    func only(_ severity: Diagnostic.Severity) throws -> Diagnostic {
        let found = filter { $0.severity == severity }
        try #require(found.count == 1, "\(found.map { $0.render() })")
        return found[0]
    }
}
