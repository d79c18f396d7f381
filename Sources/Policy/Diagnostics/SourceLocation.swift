/// Where a token stands in its source.
public struct SourceLocation: Hashable, Sendable {
    /// The line, from 1.
    public let line: Int
    /// The column of the first character, from 1; characters count, not octets.
    public let column: Int
    /// The number of characters, at least 1.
    public let length: Int
    /// The offset of the first octet.
    let offset: Int

    /// A place in a source.
    init(line: Int, column: Int, length: Int, offset: Int) {
        self.line = line
        self.column = column
        self.length = max(length, 1)
        self.offset = offset
    }

    /// The first character of a source: the place of what concerns all of it.
    public static let start = SourceLocation(line: 1, column: 1, length: 1, offset: 0)
}
