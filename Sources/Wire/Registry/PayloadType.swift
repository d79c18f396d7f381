/// What a payload holds (RFC 7296 §3.2; IANA "IKEv2 Payload Types").
public struct PayloadType: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt8

    /// Any number, assigned or not.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// No next payload.
    public static let none = PayloadType(rawValue: 0)
    /// Security Association (RFC 7296 §3.3).
    public static let securityAssociation = PayloadType(rawValue: 33)
    /// Key Exchange (RFC 7296 §3.4).
    public static let keyExchange = PayloadType(rawValue: 34)
    /// Identification of the initiator (RFC 7296 §3.5).
    public static let initiatorID = PayloadType(rawValue: 35)
    /// Identification of the responder (RFC 7296 §3.5).
    public static let responderID = PayloadType(rawValue: 36)
    /// Certificate (RFC 7296 §3.6).
    public static let certificate = PayloadType(rawValue: 37)
    /// Certificate Request (RFC 7296 §3.7).
    public static let certificateRequest = PayloadType(rawValue: 38)
    /// Authentication (RFC 7296 §3.8).
    public static let authentication = PayloadType(rawValue: 39)
    /// Nonce, Ni or Nr (RFC 7296 §3.9).
    public static let nonce = PayloadType(rawValue: 40)
    /// Notify, N (RFC 7296 §3.10).
    public static let notify = PayloadType(rawValue: 41)
    /// Delete, D (RFC 7296 §3.11).
    public static let delete = PayloadType(rawValue: 42)
    /// Vendor ID, V (RFC 7296 §3.12).
    public static let vendorID = PayloadType(rawValue: 43)
    /// Traffic selectors of the initiator (RFC 7296 §3.13).
    public static let initiatorTrafficSelectors = PayloadType(rawValue: 44)
    /// Traffic selectors of the responder (RFC 7296 §3.13).
    public static let responderTrafficSelectors = PayloadType(rawValue: 45)
    /// Encrypted and Authenticated (RFC 7296 §3.14).
    public static let encrypted = PayloadType(rawValue: 46)
    /// Configuration (RFC 7296 §3.15).
    public static let configuration = PayloadType(rawValue: 47)
    /// Extensible Authentication (RFC 7296 §3.16).
    public static let eap = PayloadType(rawValue: 48)
    /// Generic Secure Password Method (RFC 6467).
    public static let genericSecurePassword = PayloadType(rawValue: 49)
    /// Group Identification (RFC 9838).
    public static let groupID = PayloadType(rawValue: 50)
    /// Group Security Association (RFC 9838).
    public static let groupSA = PayloadType(rawValue: 51)
    /// Key Download (RFC 9838).
    public static let keyDownload = PayloadType(rawValue: 52)
    /// Encrypted and Authenticated Fragment (RFC 7383 §2.5).
    public static let encryptedFragment = PayloadType(rawValue: 53)
    /// Puzzle Solution (RFC 8019).
    public static let puzzleSolution = PayloadType(rawValue: 54)

    /// The IANA name.
    public var name: String {
        switch self {
        case .none: "NONE"
        case .securityAssociation: "SA"
        case .keyExchange: "KE"
        case .initiatorID: "IDi"
        case .responderID: "IDr"
        case .certificate: "CERT"
        case .certificateRequest: "CERTREQ"
        case .authentication: "AUTH"
        case .nonce: "NONCE"
        case .notify: "NOTIFY"
        case .delete: "DELETE"
        case .vendorID: "VENDOR"
        case .initiatorTrafficSelectors: "TSi"
        case .responderTrafficSelectors: "TSr"
        case .encrypted: "SK"
        case .configuration: "CP"
        case .eap: "EAP"
        case .genericSecurePassword: "GSPM"
        case .groupID: "IDg"
        case .groupSA: "GSA"
        case .keyDownload: "KD"
        case .encryptedFragment: "SKF"
        case .puzzleSolution: "PS"
        default: "PAYLOAD_\(rawValue)"
        }
    }
}
