/// The rules of ikev2.config(5).
public struct Configuration: Equatable, Sendable {
    /// The rules in file order: the first that fits serves.
    public let rules: [Rule]

    /// A configuration of these rules.
    public init(rules: [Rule] = []) {
        self.rules = rules
    }
}
