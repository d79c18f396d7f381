/// What a Notify payload says (RFC 7296 §3.10.1; IANA "IKEv2 Notify Message Error Types" and
/// "IKEv2 Notify Message Status Types").
public struct NotifyType: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt16

    /// Any number, assigned or not.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Error, RFC 7296.
    public static let unsupportedCriticalPayload = NotifyType(rawValue: 1)
    /// Error, RFC 7296.
    public static let invalidIKESPI = NotifyType(rawValue: 4)
    /// Error, RFC 7296.
    public static let invalidMajorVersion = NotifyType(rawValue: 5)
    /// Error, RFC 7296.
    public static let invalidSyntax = NotifyType(rawValue: 7)
    /// Error, RFC 7296.
    public static let invalidMessageID = NotifyType(rawValue: 9)
    /// Error, RFC 7296.
    public static let invalidSPI = NotifyType(rawValue: 11)
    /// Error, RFC 7296.
    public static let noProposalChosen = NotifyType(rawValue: 14)
    /// Error, RFC 7296.
    public static let invalidKEPayload = NotifyType(rawValue: 17)
    /// Error, RFC 7296.
    public static let authenticationFailed = NotifyType(rawValue: 24)
    /// Error, RFC 7296.
    public static let singlePairRequired = NotifyType(rawValue: 34)
    /// Error, RFC 7296.
    public static let noAdditionalSAs = NotifyType(rawValue: 35)
    /// Error, RFC 7296.
    public static let internalAddressFailure = NotifyType(rawValue: 36)
    /// Error, RFC 7296.
    public static let failedCPRequired = NotifyType(rawValue: 37)
    /// Error, RFC 7296.
    public static let tsUnacceptable = NotifyType(rawValue: 38)
    /// Error, RFC 7296.
    public static let invalidSelectors = NotifyType(rawValue: 39)
    /// Error, RFC 4555.
    public static let unacceptableAddresses = NotifyType(rawValue: 40)
    /// Error, RFC 4555.
    public static let unexpectedNATDetected = NotifyType(rawValue: 41)
    /// Error, RFC 5026.
    public static let useAssignedHoA = NotifyType(rawValue: 42)
    /// Error, RFC 7296.
    public static let temporaryFailure = NotifyType(rawValue: 43)
    /// Error, RFC 7296.
    public static let childSANotFound = NotifyType(rawValue: 44)
    /// Error, RFC 9838.
    public static let invalidGroupID = NotifyType(rawValue: 45)
    /// Error, RFC 9838.
    public static let authorizationFailed = NotifyType(rawValue: 46)
    /// Error, RFC 9370.
    public static let stateNotFound = NotifyType(rawValue: 47)
    /// Error, RFC 9611.
    public static let tsMaxQueue = NotifyType(rawValue: 48)
    /// Error, RFC 9838.
    public static let registrationFailed = NotifyType(rawValue: 49)
    /// Status, RFC 7296.
    public static let initialContact = NotifyType(rawValue: 16384)
    /// Status, RFC 7296.
    public static let setWindowSize = NotifyType(rawValue: 16385)
    /// Status, RFC 7296.
    public static let additionalTSPossible = NotifyType(rawValue: 16386)
    /// Status, RFC 7296.
    public static let ipcompSupported = NotifyType(rawValue: 16387)
    /// Status, RFC 7296.
    public static let natDetectionSourceIP = NotifyType(rawValue: 16388)
    /// Status, RFC 7296.
    public static let natDetectionDestinationIP = NotifyType(rawValue: 16389)
    /// Status, RFC 7296.
    public static let cookie = NotifyType(rawValue: 16390)
    /// Status, RFC 7296.
    public static let useTransportMode = NotifyType(rawValue: 16391)
    /// Status, RFC 7296.
    public static let httpCertLookupSupported = NotifyType(rawValue: 16392)
    /// Status, RFC 7296.
    public static let rekeySA = NotifyType(rawValue: 16393)
    /// Status, RFC 7296.
    public static let espTFCPaddingNotSupported = NotifyType(rawValue: 16394)
    /// Status, RFC 7296.
    public static let nonFirstFragmentsAlso = NotifyType(rawValue: 16395)
    /// Status, RFC 4555.
    public static let mobikeSupported = NotifyType(rawValue: 16396)
    /// Status, RFC 4555.
    public static let additionalIPv4Address = NotifyType(rawValue: 16397)
    /// Status, RFC 4555.
    public static let additionalIPv6Address = NotifyType(rawValue: 16398)
    /// Status, RFC 4555.
    public static let noAdditionalAddresses = NotifyType(rawValue: 16399)
    /// Status, RFC 4555.
    public static let updateSAAddresses = NotifyType(rawValue: 16400)
    /// Status, RFC 4555.
    public static let cookie2 = NotifyType(rawValue: 16401)
    /// Status, RFC 4555.
    public static let noNATsAllowed = NotifyType(rawValue: 16402)
    /// Status, RFC 4478.
    public static let authLifetime = NotifyType(rawValue: 16403)
    /// Status, RFC 4739.
    public static let multipleAuthSupported = NotifyType(rawValue: 16404)
    /// Status, RFC 4739.
    public static let anotherAuthFollows = NotifyType(rawValue: 16405)
    /// Status, RFC 5685.
    public static let redirectSupported = NotifyType(rawValue: 16406)
    /// Status, RFC 5685.
    public static let redirect = NotifyType(rawValue: 16407)
    /// Status, RFC 5685.
    public static let redirectedFrom = NotifyType(rawValue: 16408)
    /// Status, RFC 5723.
    public static let ticketLTOpaque = NotifyType(rawValue: 16409)
    /// Status, RFC 5723.
    public static let ticketRequest = NotifyType(rawValue: 16410)
    /// Status, RFC 5723.
    public static let ticketAck = NotifyType(rawValue: 16411)
    /// Status, RFC 5723.
    public static let ticketNack = NotifyType(rawValue: 16412)
    /// Status, RFC 5723.
    public static let ticketOpaque = NotifyType(rawValue: 16413)
    /// Status, RFC 5739.
    public static let linkID = NotifyType(rawValue: 16414)
    /// Status, RFC 5840.
    public static let useWESPMode = NotifyType(rawValue: 16415)
    /// Status, RFC 5857.
    public static let rohcSupported = NotifyType(rawValue: 16416)
    /// Status, RFC 5998.
    public static let eapOnlyAuthentication = NotifyType(rawValue: 16417)
    /// Status, RFC 6023.
    public static let childlessIKEv2Supported = NotifyType(rawValue: 16418)
    /// Status, RFC 6290.
    public static let quickCrashDetection = NotifyType(rawValue: 16419)
    /// Status, RFC 6311.
    public static let messageIDSyncSupported = NotifyType(rawValue: 16420)
    /// Status, RFC 6311.
    public static let replayCounterSyncSupported = NotifyType(rawValue: 16421)
    /// Status, RFC 6311.
    public static let messageIDSync = NotifyType(rawValue: 16422)
    /// Status, RFC 6311.
    public static let replayCounterSync = NotifyType(rawValue: 16423)
    /// Status, RFC 6467.
    public static let securePasswordMethods = NotifyType(rawValue: 16424)
    /// Status, RFC 6631.
    public static let pskPersist = NotifyType(rawValue: 16425)
    /// Status, RFC 6631.
    public static let pskConfirm = NotifyType(rawValue: 16426)
    /// Status, RFC 6867.
    public static let erxSupported = NotifyType(rawValue: 16427)
    /// Status, 3GPP.
    public static let ifomCapability = NotifyType(rawValue: 16428)
    /// Status, RFC 9838.
    public static let groupSender = NotifyType(rawValue: 16429)
    /// Status, RFC 7383.
    public static let fragmentationSupported = NotifyType(rawValue: 16430)
    /// Status, RFC 7427.
    public static let signatureHashAlgorithms = NotifyType(rawValue: 16431)
    /// Status, RFC 7791.
    public static let cloneIKESASupported = NotifyType(rawValue: 16432)
    /// Status, RFC 7791.
    public static let cloneIKESA = NotifyType(rawValue: 16433)
    /// Status, RFC 8019.
    public static let puzzle = NotifyType(rawValue: 16434)
    /// Status, RFC 8784.
    public static let usePPK = NotifyType(rawValue: 16435)
    /// Status, RFC 8784.
    public static let ppkIdentity = NotifyType(rawValue: 16436)
    /// Status, RFC 8784.
    public static let noPPKAuth = NotifyType(rawValue: 16437)
    /// Status, RFC 9242.
    public static let intermediateExchangeSupported = NotifyType(rawValue: 16438)
    /// Status, RFC 8983.
    public static let ipv4Allowed = NotifyType(rawValue: 16439)
    /// Status, RFC 8983.
    public static let ipv6Allowed = NotifyType(rawValue: 16440)
    /// Status, RFC 9370.
    public static let additionalKeyExchange = NotifyType(rawValue: 16441)
    /// Status, RFC 9347.
    public static let useAggfrag = NotifyType(rawValue: 16442)
    /// Status, RFC 9593.
    public static let supportedAuthMethods = NotifyType(rawValue: 16443)
    /// Status, RFC 9611.
    public static let saResourceInfo = NotifyType(rawValue: 16444)
    /// Status, RFC 9867.
    public static let usePPKInt = NotifyType(rawValue: 16445)
    /// Status, RFC 9867.
    public static let ppkIdentityKey = NotifyType(rawValue: 16446)
    /// Status, draft-ietf-ipsecme-ikev2-downgrade-prevention.
    public static let ikeSAInitFullTranscriptAuth = NotifyType(rawValue: 16447)

    /// The IANA name.
    public var name: String {
        switch self {
        case .unsupportedCriticalPayload: "UNSUPPORTED_CRITICAL_PAYLOAD"
        case .invalidIKESPI: "INVALID_IKE_SPI"
        case .invalidMajorVersion: "INVALID_MAJOR_VERSION"
        case .invalidSyntax: "INVALID_SYNTAX"
        case .invalidMessageID: "INVALID_MESSAGE_ID"
        case .invalidSPI: "INVALID_SPI"
        case .noProposalChosen: "NO_PROPOSAL_CHOSEN"
        case .invalidKEPayload: "INVALID_KE_PAYLOAD"
        case .authenticationFailed: "AUTHENTICATION_FAILED"
        case .singlePairRequired: "SINGLE_PAIR_REQUIRED"
        case .noAdditionalSAs: "NO_ADDITIONAL_SAS"
        case .internalAddressFailure: "INTERNAL_ADDRESS_FAILURE"
        case .failedCPRequired: "FAILED_CP_REQUIRED"
        case .tsUnacceptable: "TS_UNACCEPTABLE"
        case .invalidSelectors: "INVALID_SELECTORS"
        case .unacceptableAddresses: "UNACCEPTABLE_ADDRESSES"
        case .unexpectedNATDetected: "UNEXPECTED_NAT_DETECTED"
        case .useAssignedHoA: "USE_ASSIGNED_HoA"
        case .temporaryFailure: "TEMPORARY_FAILURE"
        case .childSANotFound: "CHILD_SA_NOT_FOUND"
        case .invalidGroupID: "INVALID_GROUP_ID"
        case .authorizationFailed: "AUTHORIZATION_FAILED"
        case .stateNotFound: "STATE_NOT_FOUND"
        case .tsMaxQueue: "TS_MAX_QUEUE"
        case .registrationFailed: "REGISTRATION_FAILED"
        case .initialContact: "INITIAL_CONTACT"
        case .setWindowSize: "SET_WINDOW_SIZE"
        case .additionalTSPossible: "ADDITIONAL_TS_POSSIBLE"
        case .ipcompSupported: "IPCOMP_SUPPORTED"
        case .natDetectionSourceIP: "NAT_DETECTION_SOURCE_IP"
        case .natDetectionDestinationIP: "NAT_DETECTION_DESTINATION_IP"
        case .cookie: "COOKIE"
        case .useTransportMode: "USE_TRANSPORT_MODE"
        case .httpCertLookupSupported: "HTTP_CERT_LOOKUP_SUPPORTED"
        case .rekeySA: "REKEY_SA"
        case .espTFCPaddingNotSupported: "ESP_TFC_PADDING_NOT_SUPPORTED"
        case .nonFirstFragmentsAlso: "NON_FIRST_FRAGMENTS_ALSO"
        case .mobikeSupported: "MOBIKE_SUPPORTED"
        case .additionalIPv4Address: "ADDITIONAL_IP4_ADDRESS"
        case .additionalIPv6Address: "ADDITIONAL_IP6_ADDRESS"
        case .noAdditionalAddresses: "NO_ADDITIONAL_ADDRESSES"
        case .updateSAAddresses: "UPDATE_SA_ADDRESSES"
        case .cookie2: "COOKIE2"
        case .noNATsAllowed: "NO_NATS_ALLOWED"
        case .authLifetime: "AUTH_LIFETIME"
        case .multipleAuthSupported: "MULTIPLE_AUTH_SUPPORTED"
        case .anotherAuthFollows: "ANOTHER_AUTH_FOLLOWS"
        case .redirectSupported: "REDIRECT_SUPPORTED"
        case .redirect: "REDIRECT"
        case .redirectedFrom: "REDIRECTED_FROM"
        case .ticketLTOpaque: "TICKET_LT_OPAQUE"
        case .ticketRequest: "TICKET_REQUEST"
        case .ticketAck: "TICKET_ACK"
        case .ticketNack: "TICKET_NACK"
        case .ticketOpaque: "TICKET_OPAQUE"
        case .linkID: "LINK_ID"
        case .useWESPMode: "USE_WESP_MODE"
        case .rohcSupported: "ROHC_SUPPORTED"
        case .eapOnlyAuthentication: "EAP_ONLY_AUTHENTICATION"
        case .childlessIKEv2Supported: "CHILDLESS_IKEV2_SUPPORTED"
        case .quickCrashDetection: "QUICK_CRASH_DETECTION"
        case .messageIDSyncSupported: "IKEV2_MESSAGE_ID_SYNC_SUPPORTED"
        case .replayCounterSyncSupported: "IPSEC_REPLAY_COUNTER_SYNC_SUPPORTED"
        case .messageIDSync: "IKEV2_MESSAGE_ID_SYNC"
        case .replayCounterSync: "IPSEC_REPLAY_COUNTER_SYNC"
        case .securePasswordMethods: "SECURE_PASSWORD_METHODS"
        case .pskPersist: "PSK_PERSIST"
        case .pskConfirm: "PSK_CONFIRM"
        case .erxSupported: "ERX_SUPPORTED"
        case .ifomCapability: "IFOM_CAPABILITY"
        case .groupSender: "GROUP_SENDER"
        case .fragmentationSupported: "IKEV2_FRAGMENTATION_SUPPORTED"
        case .signatureHashAlgorithms: "SIGNATURE_HASH_ALGORITHMS"
        case .cloneIKESASupported: "CLONE_IKE_SA_SUPPORTED"
        case .cloneIKESA: "CLONE_IKE_SA"
        case .puzzle: "PUZZLE"
        case .usePPK: "USE_PPK"
        case .ppkIdentity: "PPK_IDENTITY"
        case .noPPKAuth: "NO_PPK_AUTH"
        case .intermediateExchangeSupported: "INTERMEDIATE_EXCHANGE_SUPPORTED"
        case .ipv4Allowed: "IP4_ALLOWED"
        case .ipv6Allowed: "IP6_ALLOWED"
        case .additionalKeyExchange: "ADDITIONAL_KEY_EXCHANGE"
        case .useAggfrag: "USE_AGGFRAG"
        case .supportedAuthMethods: "SUPPORTED_AUTH_METHODS"
        case .saResourceInfo: "SA_RESOURCE_INFO"
        case .usePPKInt: "USE_PPK_INT"
        case .ppkIdentityKey: "PPK_IDENTITY_KEY"
        case .ikeSAInitFullTranscriptAuth: "IKE_SA_INIT_FULL_TRANSCRIPT_AUTH"
        default: "NOTIFY_\(rawValue)"
        }
    }

    /// Whether the type reports an error; the others report status (RFC 7296 §3.10.1).
    public var isError: Bool { rawValue < 16384 }
}
