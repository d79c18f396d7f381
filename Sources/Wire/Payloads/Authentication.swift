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

extension Authentication {
    init(_ octets: Span<UInt8>, _ cursor: inout Cursor) throws(WireError) {
        method = AuthenticationMethod(rawValue: try cursor.read(UInt8.self, octets))
        _ = try cursor.take(3)  // reserved
        data = [UInt8](octets, cursor.takeRest())
    }

    func append(to octets: inout [UInt8]) {
        octets.append(bigEndian: UInt32(method.rawValue) << 24)
        octets += data
    }
}
