import Policy

/// One line for the administrator.
public struct LogRecord: Hashable, Sendable {
    /// How much it matters, in syslog's order.
    public enum Severity: String, Sendable {
        case error, warning, notice, debug
    }

    /// How much it matters.
    public let severity: Severity
    /// Which debug category it belongs to.
    public let category: DebugCategories
    /// The line, safe to print: whatever a peer said in it has been escaped.
    public let message: String

    /// A line of a category.
    public init(_ severity: Severity, _ category: DebugCategories, _ message: String) {
        self.severity = severity
        self.category = category
        self.message = message
    }
}
