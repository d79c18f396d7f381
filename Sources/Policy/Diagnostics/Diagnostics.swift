/// What a run has to tell, in order.
public struct Diagnostics: Sendable {
    /// The most errors that are kept, and the most warnings: nobody reads more.
    public static let limit = 100

    private var kept: [Diagnostic] = []
    private var errors = 0
    private var warnings = 0

    /// Nothing to tell yet.
    public init() {}

    /// Whether there was any error.
    public var hasErrors: Bool { errors > 0 }

    /// The errors there were, those beyond ``limit`` included.
    public var errorCount: Int { errors }

    /// The warnings there were, those beyond ``limit`` included.
    public var warningCount: Int { warnings }

    /// Adds one. Beyond ``limit`` of its severity it is only counted; the first that is not kept
    /// leaves a line that says so in its place.
    public mutating func add(_ diagnostic: Diagnostic) {
        let count: Int
        switch diagnostic.severity {
        case .error:
            errors += 1
            count = errors
        case .warning:
            warnings += 1
            count = warnings
        }
        if count <= Self.limit {
            kept.append(diagnostic)
        } else if count == Self.limit + 1 {
            kept.append(
                Diagnostic(
                    diagnostic.severity,
                    "more than \(Self.limit) \(diagnostic.severity.name)s; the rest is not shown",
                    in: Source(name: diagnostic.source, octets: []), at: diagnostic.location))
        }
    }
}

extension Diagnostics: RandomAccessCollection {
    /// The position of the first.
    public var startIndex: Int { kept.startIndex }
    /// The position after the last.
    public var endIndex: Int { kept.endIndex }
    /// One of them.
    public subscript(position: Int) -> Diagnostic { kept[position] }
}
