/// One message (RFC 7296 §3): its header, the payloads in clear, and where the sealed ones stand.
public struct Message: Equatable, Sendable {
    /// The fixed header.
    public let header: Header
    /// The payloads outside SK, in order.
    public let payloads: [Payload]
    /// The SK or SKF payload, if there is one.
    public let sealed: SealedBody?

    /// A message in clear, to be sent.
    public init(header: Header, payloads: [Payload]) {
        self.header = header
        self.payloads = payloads
        sealed = nil
    }
}

extension Message: CustomStringConvertible {
    /// `IKE_SA_INIT request 0: SA(2 proposals), KE(ECP_256), NONCE`.
    public var description: String {
        var parts = payloads.map { $0.description }
        if let sealed {
            parts.append(sealed.fragment.map { "SKF(\($0))" } ?? "SK")
        }
        return parts.isEmpty ? "\(header)" : "\(header): " + parts.joined(separator: ", ")
    }
}
