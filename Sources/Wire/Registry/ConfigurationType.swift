/// The role of a CP payload (RFC 7296 §3.15; IANA "IKEv2 Configuration Payload CFG Types").
public struct ConfigurationType: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt8

    /// Any number, assigned or not.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Asks for attributes.
    public static let request = ConfigurationType(rawValue: 1)
    /// Answers a request.
    public static let reply = ConfigurationType(rawValue: 2)
    /// Pushes attributes.
    public static let set = ConfigurationType(rawValue: 3)
    /// Accepts what was pushed.
    public static let acknowledge = ConfigurationType(rawValue: 4)

    /// The IANA name.
    public var name: String {
        switch self {
        case .request: "CFG_REQUEST"
        case .reply: "CFG_REPLY"
        case .set: "CFG_SET"
        case .acknowledge: "CFG_ACK"
        default: "CFG_\(rawValue)"
        }
    }
}
