/// What an attribute of a CP payload holds (RFC 7296 §3.15.1; IANA "IKEv2 Configuration Payload
/// Attribute Types"). Fifteen bits on the wire.
public struct ConfigurationAttributeType: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt16

    /// Any number, assigned or not.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// RFC 7296.
    public static let internalIPv4Address = ConfigurationAttributeType(rawValue: 1)
    /// RFC 7296.
    public static let internalIPv4Netmask = ConfigurationAttributeType(rawValue: 2)
    /// RFC 7296.
    public static let internalIPv4DNS = ConfigurationAttributeType(rawValue: 3)
    /// RFC 7296.
    public static let internalIPv4NBNS = ConfigurationAttributeType(rawValue: 4)
    /// RFC 7296.
    public static let internalIPv4DHCP = ConfigurationAttributeType(rawValue: 6)
    /// RFC 7296.
    public static let applicationVersion = ConfigurationAttributeType(rawValue: 7)
    /// RFC 7296.
    public static let internalIPv6Address = ConfigurationAttributeType(rawValue: 8)
    /// RFC 7296.
    public static let internalIPv6DNS = ConfigurationAttributeType(rawValue: 10)
    /// RFC 7296.
    public static let internalIPv6DHCP = ConfigurationAttributeType(rawValue: 12)
    /// RFC 7296.
    public static let internalIPv4Subnet = ConfigurationAttributeType(rawValue: 13)
    /// RFC 7296.
    public static let supportedAttributes = ConfigurationAttributeType(rawValue: 14)
    /// RFC 7296.
    public static let internalIPv6Subnet = ConfigurationAttributeType(rawValue: 15)
    /// RFC 5026.
    public static let mip6HomePrefix = ConfigurationAttributeType(rawValue: 16)
    /// RFC 5739.
    public static let internalIPv6Link = ConfigurationAttributeType(rawValue: 17)
    /// RFC 5739.
    public static let internalIPv6Prefix = ConfigurationAttributeType(rawValue: 18)
    /// 3GPP.
    public static let homeAgentAddress = ConfigurationAttributeType(rawValue: 19)
    /// RFC 7651.
    public static let pcscfIPv4Address = ConfigurationAttributeType(rawValue: 20)
    /// RFC 7651.
    public static let pcscfIPv6Address = ConfigurationAttributeType(rawValue: 21)
    /// 3GPP.
    public static let fttKAT = ConfigurationAttributeType(rawValue: 22)
    /// 3GPP.
    public static let externalSourceIPv4NATInfo = ConfigurationAttributeType(rawValue: 23)
    /// 3GPP.
    public static let timeoutPeriodForLivenessCheck = ConfigurationAttributeType(rawValue: 24)
    /// RFC 8598.
    public static let internalDNSDomain = ConfigurationAttributeType(rawValue: 25)
    /// RFC 8598.
    public static let internalDNSSECTrustAnchor = ConfigurationAttributeType(rawValue: 26)
    /// RFC 9464.
    public static let encryptedDNSIPv4 = ConfigurationAttributeType(rawValue: 27)
    /// RFC 9464.
    public static let encryptedDNSIPv6 = ConfigurationAttributeType(rawValue: 28)
    /// RFC 9464.
    public static let encryptedDNSDigestInfo = ConfigurationAttributeType(rawValue: 29)

    /// The IANA name.
    public var name: String {
        switch self {
        case .internalIPv4Address: "INTERNAL_IP4_ADDRESS"
        case .internalIPv4Netmask: "INTERNAL_IP4_NETMASK"
        case .internalIPv4DNS: "INTERNAL_IP4_DNS"
        case .internalIPv4NBNS: "INTERNAL_IP4_NBNS"
        case .internalIPv4DHCP: "INTERNAL_IP4_DHCP"
        case .applicationVersion: "APPLICATION_VERSION"
        case .internalIPv6Address: "INTERNAL_IP6_ADDRESS"
        case .internalIPv6DNS: "INTERNAL_IP6_DNS"
        case .internalIPv6DHCP: "INTERNAL_IP6_DHCP"
        case .internalIPv4Subnet: "INTERNAL_IP4_SUBNET"
        case .supportedAttributes: "SUPPORTED_ATTRIBUTES"
        case .internalIPv6Subnet: "INTERNAL_IP6_SUBNET"
        case .mip6HomePrefix: "MIP6_HOME_PREFIX"
        case .internalIPv6Link: "INTERNAL_IP6_LINK"
        case .internalIPv6Prefix: "INTERNAL_IP6_PREFIX"
        case .homeAgentAddress: "HOME_AGENT_ADDRESS"
        case .pcscfIPv4Address: "P_CSCF_IP4_ADDRESS"
        case .pcscfIPv6Address: "P_CSCF_IP6_ADDRESS"
        case .fttKAT: "FTT_KAT"
        case .externalSourceIPv4NATInfo: "EXTERNAL_SOURCE_IP4_NAT_INFO"
        case .timeoutPeriodForLivenessCheck: "TIMEOUT_PERIOD_FOR_LIVENESS_CHECK"
        case .internalDNSDomain: "INTERNAL_DNS_DOMAIN"
        case .internalDNSSECTrustAnchor: "INTERNAL_DNSSEC_TA"
        case .encryptedDNSIPv4: "ENCDNS_IP4"
        case .encryptedDNSIPv6: "ENCDNS_IP6"
        case .encryptedDNSDigestInfo: "ENCDNS_DIGEST_INFO"
        default: "CFG_ATTRIBUTE_\(rawValue)"
        }
    }
}
