/// The Configuration payload (RFC 7296 §3.15).
public struct Configuration: Hashable, Sendable {
    /// Whether it asks, answers, pushes or accepts.
    public let type: ConfigurationType
    /// The attributes in order; one type may come more than once.
    public let attributes: [ConfigurationAttribute]

    /// A payload from its parts.
    public init(type: ConfigurationType, attributes: [ConfigurationAttribute]) {
        self.type = type
        self.attributes = attributes
    }
}
