/// The Key Exchange payload (RFC 7296 §3.4).
public struct KeyExchange: Hashable, Sendable {
    /// The method, also called the Diffie-Hellman group.
    public let method: KeyExchangeMethod
    /// The public value. Its length is not checked here: that takes knowledge of the method.
    public let value: [UInt8]

    /// A payload from its parts.
    public init(method: KeyExchangeMethod, value: [UInt8]) {
        self.method = method
        self.value = value
    }
}

extension KeyExchange {
    init(_ octets: Span<UInt8>, _ cursor: inout Cursor) throws(WireError) {
        method = KeyExchangeMethod(rawValue: try cursor.read(UInt16.self, octets))
        _ = try cursor.take(2)  // reserved
        value = [UInt8](octets, cursor.takeRest())
    }

    func append(to octets: inout [UInt8]) {
        octets.append(bigEndian: method.rawValue)
        octets.append(bigEndian: UInt16(0))
        octets += value
    }
}
