/// An attribute of a Configuration payload (RFC 7296 §3.15.1).
public struct ConfigurationAttribute: Hashable, Sendable {
    /// What ``value`` holds.
    public let type: ConfigurationAttributeType
    /// The value; empty in a request that leaves the choice to the peer. Its length is not
    /// checked here.
    public let value: [UInt8]

    /// An attribute from its parts.
    public init(type: ConfigurationAttributeType, value: [UInt8] = []) {
        self.type = type
        self.value = value
    }
}
