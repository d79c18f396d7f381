import XML

/// The certificate policies of kmf-policy.xml(5), by their names.
public struct PolicyDatabase: Hashable, Sendable {
    /// In the order of the file.
    public private(set) var entries: [PolicyEntry] = []

    /// Where the file is when nobody says.
    public static let defaultFile = "/etc/inet/ike/kmf-policy.xml"

    /// The most octets of the file.
    public static let sizeLimit = Document.sizeLimit

    /// A database without policies.
    public init() {}

    /// The policy with a name.
    public subscript(name: String) -> PolicyEntry? {
        entries.first { $0.name == name }
    }

    /// Puts a policy in the place of that with its name, or behind all others.
    public mutating func put(_ entry: PolicyEntry) {
        if let index = entries.firstIndex(where: { $0.name == entry.name }) {
            entries[index] = entry
        } else {
            entries.append(entry)
        }
    }

    /// Takes a policy out; `false` when there was none with this name.
    public mutating func remove(_ name: String) -> Bool {
        guard let index = entries.firstIndex(where: { $0.name == name }) else { return false }
        entries.remove(at: index)
        return true
    }

    /// Reads kmf-policy.xml(5). Everything wrong is added to the diagnostics; `nil` when there was
    /// an error.
    public static func parse(
        _ source: Source, into diagnostics: inout Diagnostics
    ) -> PolicyDatabase? {
        var parser = PolicyDatabaseParser(source, diagnostics)
        let database = parser.parse()
        diagnostics = parser.diagnostics
        return database
    }
}
