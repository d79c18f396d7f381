import Net

/// The packets that one end of a Child SA carries (RFC 7296 §3.13.1).
public struct TrafficSelector: Hashable, Sendable {
    /// The IP protocol; 0 for any.
    public let protocolID: UInt8
    /// The ports.
    public let ports: PortSelector
    /// The addresses.
    public let addresses: IPRange

    /// A selector from its parts.
    public init(protocolID: UInt8 = 0, ports: PortSelector = .any, addresses: IPRange) {
        self.protocolID = protocolID
        self.ports = ports
        self.addresses = addresses
    }
}

extension TrafficSelector: CustomStringConvertible {
    /// `10.1.0.0/24`, `10.1.0.1 udp/53`, `10.1.0.0/24 icmp/8`, `10.1.0.0/24 tcp/opaque`.
    public var description: String {
        switch (protocolID, ports) {
        case (0, .any): "\(addresses)"
        case (_, .any): "\(addresses) \(protocolName)"
        default: "\(addresses) \(protocolName)/\(portText)"
        }
    }

    private var protocolName: String {
        switch protocolID {
        case 0: "any"
        case 1: "icmp"
        case 6: "tcp"
        case 17: "udp"
        case 58: "icmpv6"
        case 132: "sctp"
        default: "\(protocolID)"
        }
    }

    private var portText: String {
        switch (protocolID, ports) {
        case (_, .opaque): return "opaque"
        case (1, .range(let range)), (58, .range(let range)):
            let (first, last) = (range.first, range.last)
            if first >> 8 == last >> 8, first & 0xFF == 0, last & 0xFF == 0xFF {
                return "\(first >> 8)"
            }
            let start = "\(first >> 8).\(first & 0xFF)"
            return first == last ? start : "\(start)-\(last >> 8).\(last & 0xFF)"
        case (_, .range(let range)): return range.description
        }
    }
}
