/// A payload of a type that is not decoded here (RFC 7296 §2.5).
public struct UnknownPayload: Hashable, Sendable {
    /// The number that the header before it gave.
    public let type: PayloadType
    /// What follows the generic header.
    public let body: [UInt8]

    /// A payload from its parts.
    public init(type: PayloadType, body: [UInt8]) {
        self.type = type
        self.body = body
    }
}
