/// How an identity is written (RFC 7296 §3.5; IANA "IKEv2 Identification Payload ID Types"). The
/// names leave out the `ID_` that all of them share.
public struct IdentificationType: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt8

    /// Any number, assigned or not.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// An IPv4 address, four octets.
    public static let ipv4Address = IdentificationType(rawValue: 1)
    /// A fully qualified domain name, without a final octet of zero.
    public static let fqdn = IdentificationType(rawValue: 2)
    /// A mail address.
    public static let rfc822Address = IdentificationType(rawValue: 3)
    /// An IPv6 address, sixteen octets.
    public static let ipv6Address = IdentificationType(rawValue: 5)
    /// The DER of an X.500 Name.
    public static let derDN = IdentificationType(rawValue: 9)
    /// The DER of an X.509 GeneralName.
    public static let derGN = IdentificationType(rawValue: 10)
    /// Opaque octets.
    public static let keyID = IdentificationType(rawValue: 11)
    /// A Fibre Channel name (RFC 4595).
    public static let fcName = IdentificationType(rawValue: 12)
    /// Nobody in particular (RFC 7619).
    public static let null = IdentificationType(rawValue: 13)

    /// The name.
    public var name: String {
        switch self {
        case .ipv4Address: "IPV4_ADDR"
        case .fqdn: "FQDN"
        case .rfc822Address: "RFC822_ADDR"
        case .ipv6Address: "IPV6_ADDR"
        case .derDN: "DER_ASN1_DN"
        case .derGN: "DER_ASN1_GN"
        case .keyID: "KEY_ID"
        case .fcName: "FC_NAME"
        case .null: "NULL"
        default: "ID_\(rawValue)"
        }
    }
}
