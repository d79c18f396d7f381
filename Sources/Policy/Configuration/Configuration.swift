/// The rules of ikev2.config(5).
public struct Configuration: Equatable, Sendable {
    /// The rules in file order: the first that fits serves.
    public let rules: [Rule]

    /// A configuration of these rules.
    public init(rules: [Rule] = []) {
        self.rules = rules
    }

    /// Reads ikev2.config(5). Everything wrong with it is added to the diagnostics, in the order
    /// of the file; `nil` when there was an error.
    public static func parse(
        _ source: Source, into diagnostics: inout Diagnostics
    ) -> Configuration? {
        var parser = ConfigurationParser(source)
        parser.parse()
        let rules = parser.rules()
        parser.cursor.deliver(into: &diagnostics)
        return parser.cursor.errors == 0 ? Configuration(rules: rules) : nil
    }
}
