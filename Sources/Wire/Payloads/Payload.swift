/// One payload outside SK or inside (RFC 7296 §3.2).
public enum Payload: Equatable, Sendable {
    /// SA: proposals in the order of preference (§3.3).
    case securityAssociation([Proposal])
    /// KE (§3.4).
    case keyExchange(KeyExchange)
    /// IDi (§3.5).
    case initiatorID(Identification)
    /// IDr (§3.5).
    case responderID(Identification)
    /// CERT (§3.6).
    case certificate(Certificate)
    /// CERTREQ (§3.7).
    case certificateRequest(CertificateRequest)
    /// AUTH (§3.8).
    case authentication(Authentication)
    /// Ni or Nr: 16 to 256 random octets (§3.9).
    case nonce([UInt8])
    /// N (§3.10).
    case notify(Notify)
    /// D (§3.11).
    case delete(Delete)
    /// V: opaque octets (§3.12).
    case vendorID([UInt8])
    /// TSi (§3.13).
    case initiatorTrafficSelectors([TrafficSelector])
    /// TSr (§3.13).
    case responderTrafficSelectors([TrafficSelector])
    /// CP (§3.15).
    case configuration(Configuration)
    /// EAP: one message of RFC 3748, whose length has been checked (§3.16).
    case eap([UInt8])
    /// A payload of a type that is not decoded here and was not critical (§2.5).
    case unknown(UnknownPayload)

    /// The type by which the header before it announces the payload.
    public var type: PayloadType {
        switch self {
        case .securityAssociation: .securityAssociation
        case .keyExchange: .keyExchange
        case .initiatorID: .initiatorID
        case .responderID: .responderID
        case .certificate: .certificate
        case .certificateRequest: .certificateRequest
        case .authentication: .authentication
        case .nonce: .nonce
        case .notify: .notify
        case .delete: .delete
        case .vendorID: .vendorID
        case .initiatorTrafficSelectors: .initiatorTrafficSelectors
        case .responderTrafficSelectors: .responderTrafficSelectors
        case .configuration: .configuration
        case .eap: .eap
        case .unknown(let payload): payload.type
        }
    }
}

extension Payload: CustomStringConvertible {
    /// The name of the type and, in parentheses, what a reader of logs wants to know:
    /// `KE(ECP_256)`, `NOTIFY(NAT_DETECTION_SOURCE_IP)`, `TSi(10.1.0.0/24)`.
    public var description: String {
        switch detail {
        case .some(let detail): "\(type.name)(\(detail))"
        case .none: type.name
        }
    }

    private var detail: String? {
        switch self {
        case .securityAssociation(let proposals):
            proposals.count == 1 ? "1 proposal" : "\(proposals.count) proposals"
        case .keyExchange(let payload): payload.method.name
        case .initiatorID(let identity), .responderID(let identity): identity.description
        case .certificate(let payload): payload.encoding.name
        case .certificateRequest(let payload): payload.encoding.name
        case .authentication(let payload): payload.method.name
        case .notify(let payload): payload.type.name
        case .delete(let payload): payload.description
        case .vendorID(let octets): escaped(octets)
        case .initiatorTrafficSelectors(let selectors), .responderTrafficSelectors(let selectors):
            selectors.map { $0.description }.joined(separator: ", ")
        case .configuration(let payload): payload.type.name
        case .eap(let octets): octets.first.map { EAPCode(rawValue: $0).name }
        case .nonce, .unknown: nil
        }
    }
}
