/// The kind of an EAP message (RFC 3748 §4; IANA "EAP Packet Codes").
public struct EAPCode: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt8

    /// Any number, assigned or not.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// From the authenticator, who is the responder of IKE.
    public static let request = EAPCode(rawValue: 1)
    /// From the peer, who is the initiator of IKE.
    public static let response = EAPCode(rawValue: 2)
    /// The peer is authenticated.
    public static let success = EAPCode(rawValue: 3)
    /// The peer is not.
    public static let failure = EAPCode(rawValue: 4)
    /// Re-authentication (RFC 6696).
    public static let initiate = EAPCode(rawValue: 5)
    /// Re-authentication (RFC 6696).
    public static let finish = EAPCode(rawValue: 6)

    /// The IANA name.
    public var name: String {
        switch self {
        case .request: "EAP_REQUEST"
        case .response: "EAP_RESPONSE"
        case .success: "EAP_SUCCESS"
        case .failure: "EAP_FAILURE"
        case .initiate: "EAP_INITIATE"
        case .finish: "EAP_FINISH"
        default: "EAP_\(rawValue)"
        }
    }
}
