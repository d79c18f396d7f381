/// The rules of ikev2.config(5).
public struct Configuration: Sendable {
    /// The rules in file order: the first that fits serves.
    public let rules: [Rule]
    /// Where the algorithms stand that libcrypto must have.
    let algorithms: AlgorithmPlaces

    /// A configuration of these rules.
    public init(rules: [Rule] = []) {
        self.init(rules: rules, algorithms: AlgorithmPlaces())
    }

    private init(rules: [Rule], algorithms: AlgorithmPlaces) {
        self.rules = rules
        self.algorithms = algorithms
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
        guard parser.cursor.errors == 0 else { return nil }
        return Configuration(rules: rules, algorithms: parser.algorithms)
    }
}

extension Configuration: Equatable {
    /// Whether two configurations say the same, wherever it stands.
    public static func == (a: Configuration, b: Configuration) -> Bool { a.rules == b.rules }
}
