/// Whose SA is meant (RFC 7296 §3.3.1; IANA "IKEv2 Security Protocol Identifiers").
public struct SecurityProtocol: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt8

    /// Any number, assigned or not.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// No SA is meant (RFC 7296 §3.10).
    public static let none = SecurityProtocol(rawValue: 0)
    /// The IKE SA.
    public static let ike = SecurityProtocol(rawValue: 1)
    /// Authentication Header.
    public static let ah = SecurityProtocol(rawValue: 2)
    /// Encapsulating Security Payload.
    public static let esp = SecurityProtocol(rawValue: 3)
    /// Fibre Channel (RFC 4595).
    public static let fcESPHeader = SecurityProtocol(rawValue: 4)
    /// Fibre Channel (RFC 4595).
    public static let fcCTAuthentication = SecurityProtocol(rawValue: 5)
    /// Group keys (RFC 9838).
    public static let gikeUpdate = SecurityProtocol(rawValue: 6)

    /// The IANA name.
    public var name: String {
        switch self {
        case .none: "NONE"
        case .ike: "IKE"
        case .ah: "AH"
        case .esp: "ESP"
        case .fcESPHeader: "FC_ESP_HEADER"
        case .fcCTAuthentication: "FC_CT_AUTHENTICATION"
        case .gikeUpdate: "GIKE_UPDATE"
        default: "PROTOCOL_\(rawValue)"
        }
    }
}
