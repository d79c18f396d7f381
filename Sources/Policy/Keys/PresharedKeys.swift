/// The keys of ikev2.preshared(5) by the labels of rules.
public struct PresharedKeys: Sendable {
    private struct Entry: Sendable {
        let key: PresharedKey
        let location: SourceLocation
    }

    private var entries: [String: Entry] = [:]

    /// No keys.
    public init() {}

    /// Adds the key of a label, or replaces it.
    public mutating func add(_ key: PresharedKey, label: String, location: SourceLocation = .start)
    {
        entries[label] = Entry(key: key, location: location)
    }

    /// Takes away the key of a label.
    public mutating func remove(label: String) {
        entries[label] = nil
    }

    /// The key of the rule with this label.
    public subscript(label: String) -> PresharedKey? { entries[label]?.key }

    /// Reads ikev2.preshared(5). Everything wrong with it is added to the diagnostics, in the
    /// order of the file and without key octets; `nil` when there was an error. Erasing the source
    /// is the caller's.
    public static func parse(
        _ source: Source, into diagnostics: inout Diagnostics
    ) -> PresharedKeys? {
        var parser = PresharedKeysParser(source)
        parser.parse()
        parser.cursor.deliver(into: &diagnostics)
        return parser.cursor.errors == 0 ? parser.keys : nil
    }

    /// The labels, sorted.
    public var labels: [String] { entries.keys.sorted() }

    /// Where a label stands in its file.
    func location(of label: String) -> SourceLocation? { entries[label]?.location }
}

extension PresharedKeys: Equatable {
    /// Whether the same labels have the same keys.
    public static func == (a: PresharedKeys, b: PresharedKeys) -> Bool {
        a.entries.count == b.entries.count
            && a.entries.allSatisfy { label, entry in b[label] == entry.key }
    }
}
