/// What a traffic selector selects by (RFC 7296 §3.13.1; IANA "IKEv2 Traffic Selector Types").
public struct TrafficSelectorType: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt8

    /// Any number, assigned or not.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// IPv4 addresses and ports.
    public static let ipv4AddressRange = TrafficSelectorType(rawValue: 7)
    /// IPv6 addresses and ports.
    public static let ipv6AddressRange = TrafficSelectorType(rawValue: 8)
    /// Fibre Channel addresses (RFC 4595).
    public static let fcAddressRange = TrafficSelectorType(rawValue: 9)
    /// A security label (RFC 9478).
    public static let securityLabel = TrafficSelectorType(rawValue: 10)

    /// The IANA name.
    public var name: String {
        switch self {
        case .ipv4AddressRange: "TS_IPV4_ADDR_RANGE"
        case .ipv6AddressRange: "TS_IPV6_ADDR_RANGE"
        case .fcAddressRange: "TS_FC_ADDR_RANGE"
        case .securityLabel: "TS_SECLABEL"
        default: "TS_\(rawValue)"
        }
    }
}
