/// The Authentication payload (RFC 7296 §3.8).
public struct Authentication: Hashable, Sendable {
    /// How ``data`` was made.
    public let method: AuthenticationMethod
    /// The signature or MAC.
    public let data: [UInt8]

    /// A payload from its parts.
    public init(method: AuthenticationMethod, data: [UInt8]) {
        self.method = method
        self.data = data
    }
}
