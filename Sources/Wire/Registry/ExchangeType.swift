/// What a message is for (RFC 7296 §3.1; IANA "IKEv2 Exchange Types").
public struct ExchangeType: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt8

    /// Any number, assigned or not.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The first exchange, unprotected (RFC 7296 §1.2).
    public static let ikeSAInit = ExchangeType(rawValue: 34)
    /// The exchange that authenticates it (RFC 7296 §1.2).
    public static let ikeAuth = ExchangeType(rawValue: 35)
    /// New or rekeyed SAs (RFC 7296 §1.3).
    public static let createChildSA = ExchangeType(rawValue: 36)
    /// Deletes, notifications, liveness (RFC 7296 §1.4).
    public static let informational = ExchangeType(rawValue: 37)
    /// Session resumption (RFC 5723).
    public static let ikeSessionResume = ExchangeType(rawValue: 38)
    /// Group keys (RFC 9838).
    public static let gsaAuth = ExchangeType(rawValue: 39)
    /// Group keys (RFC 9838).
    public static let gsaRegistration = ExchangeType(rawValue: 40)
    /// Group keys (RFC 9838).
    public static let gsaRekey = ExchangeType(rawValue: 41)
    /// Group keys (RFC 9838).
    public static let gsaInbandRekey = ExchangeType(rawValue: 42)
    /// Between IKE_SA_INIT and IKE_AUTH (RFC 9242).
    public static let ikeIntermediate = ExchangeType(rawValue: 43)
    /// Additional key exchanges of CREATE_CHILD_SA (RFC 9370).
    public static let ikeFollowupKE = ExchangeType(rawValue: 44)

    /// The IANA name.
    public var name: String {
        switch self {
        case .ikeSAInit: "IKE_SA_INIT"
        case .ikeAuth: "IKE_AUTH"
        case .createChildSA: "CREATE_CHILD_SA"
        case .informational: "INFORMATIONAL"
        case .ikeSessionResume: "IKE_SESSION_RESUME"
        case .gsaAuth: "GSA_AUTH"
        case .gsaRegistration: "GSA_REGISTRATION"
        case .gsaRekey: "GSA_REKEY"
        case .gsaInbandRekey: "GSA_INBAND_REKEY"
        case .ikeIntermediate: "IKE_INTERMEDIATE"
        case .ikeFollowupKE: "IKE_FOLLOWUP_KE"
        default: "EXCHANGE_\(rawValue)"
        }
    }
}
