/// One thing to tell about a source, with its place.
public struct Diagnostic: Sendable {
    /// How bad it is.
    public enum Severity: Hashable, Sendable {
        /// The source cannot be used.
        case error
        /// The source can be used, perhaps not as meant.
        case warning

        /// The word in front of the message.
        public var name: String { self == .error ? "error" : "warning" }
    }

    /// How bad it is.
    public let severity: Severity
    /// The name of the source, as the user gave it.
    public let source: String
    /// Where in the source.
    public let location: SourceLocation
    /// What is wrong, and what was expected.
    public let message: String
    /// The source line and a mark under the token, without secrets and without control
    /// characters; empty where there is no line to show.
    let excerpt: String

    /// The line, from 1.
    public var line: Int { location.line }
    /// The column, from 1.
    public var column: Int { location.column }
    /// The length of the token in characters.
    public var length: Int { location.length }

    /// Tells something about a token of a source. The excerpt is taken at once, so that the
    /// source can be erased afterwards.
    package init(
        _ severity: Severity, _ message: String, in source: Source, at location: SourceLocation,
        masking: Masking = .nothing
    ) {
        self.severity = severity
        self.source = source.name
        self.location = location
        self.message = message
        excerpt = Excerpt(of: source.octets, at: location, masking: masking).text
    }

    /// Tells something about a file as a whole: that it cannot be read, or that too many may.
    public init(_ severity: Severity, _ message: String, file: String) {
        self.init(severity, message, in: Source(name: file, octets: []), at: .start)
    }

    /// `file:line:column: error: what; expected …`, the source line, and a mark under the token.
    public func render() -> String {
        let head = "\(source):\(line):\(column): \(severity.name): \(message)"
        return excerpt.isEmpty ? head : "\(head)\n\(excerpt)"
    }
}
