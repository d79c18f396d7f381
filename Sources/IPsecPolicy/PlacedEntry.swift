import Policy

/// An entry, and where its parts stand in the file.
public struct PlacedEntry: Sendable {
    /// The entry.
    public let entry: Entry
    /// Its opening brace.
    public let start: SourceLocation
    /// Where values stand, by their keywords.
    let places: [Keyword: SourceLocation]

    /// Where the value of a keyword stands; the entry itself where there is none.
    func place(of keyword: Keyword) -> SourceLocation { places[keyword] ?? start }

    /// Reads ipsecinit.conf(5) and tells everything about it; `nil` when there was an error.
    public static func parse(
        _ source: Source, into diagnostics: inout Diagnostics
    ) -> [PlacedEntry]? {
        var parser = EntryParser(source)
        parser.parse()
        parser.cursor.deliver(into: &diagnostics)
        return parser.cursor.errors == 0 ? parser.entries : nil
    }
}
