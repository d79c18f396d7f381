// Between the octets of a payload and its value.

extension Payload {
    /// Decodes the body of a payload that is not SK or SKF.
    init(_ octets: Span<UInt8>, _ link: PayloadChain.Link) throws(WireError) {
        var cursor = Cursor(link.body, in: link.type)
        switch link.type {
        case .securityAssociation:
            self = .securityAssociation(try Proposal.decodeAll(octets, &cursor))
        case .keyExchange: self = .keyExchange(try KeyExchange(octets, &cursor))
        case .initiatorID: self = .initiatorID(try Identification(octets, &cursor))
        case .responderID: self = .responderID(try Identification(octets, &cursor))
        case .certificate: self = .certificate(try Certificate(octets, &cursor))
        case .certificateRequest:
            self = .certificateRequest(try CertificateRequest(octets, &cursor))
        case .authentication: self = .authentication(try Authentication(octets, &cursor))
        case .nonce: self = .nonce(try Self.decodeNonce(octets, &cursor))
        case .notify: self = .notify(try Notify(octets, &cursor))
        case .delete: self = .delete(try Delete(octets, &cursor))
        case .vendorID: self = .vendorID([UInt8](octets, cursor.takeRest()))
        case .initiatorTrafficSelectors:
            self = .initiatorTrafficSelectors(try TrafficSelector.decodeAll(octets, &cursor))
        case .responderTrafficSelectors:
            self = .responderTrafficSelectors(try TrafficSelector.decodeAll(octets, &cursor))
        case .configuration: self = .configuration(try Configuration(octets, &cursor))
        case .eap: self = .eap(try Self.decodeEAP(octets, &cursor))
        default:
            let body = [UInt8](octets, cursor.takeRest())
            self = .unknown(UnknownPayload(type: link.type, body: body))
        }
        try cursor.finish()
    }

    /// The octets of a nonce (RFC 7296 §3.9).
    public static let nonceOctetCount = 16...256

    private static func decodeNonce(
        _ octets: Span<UInt8>, _ cursor: inout Cursor
    ) throws(WireError) -> [UInt8] {
        let nonce = cursor.takeRest()
        guard nonceOctetCount.contains(nonce.count) else {
            throw cursor.error(.length(nonce.count))
        }
        return [UInt8](octets, nonce)
    }

    /// An EAP message states its own length, which must be that of the payload (RFC 3748 §4).
    private static func decodeEAP(
        _ octets: Span<UInt8>, _ cursor: inout Cursor
    ) throws(WireError) -> [UInt8] {
        let message = cursor.rest
        _ = try cursor.take(2)  // code and identifier
        let length = Int(try cursor.read(UInt16.self, octets))
        guard length == message.count else { throw cursor.error(.length(length)) }
        _ = cursor.takeRest()
        return [UInt8](octets, message)
    }

    /// Appends what follows the generic header.
    func appendBody(to octets: inout [UInt8]) {
        switch self {
        case .securityAssociation(let proposals): Proposal.append(proposals, to: &octets)
        case .keyExchange(let payload): payload.append(to: &octets)
        case .initiatorID(let identity), .responderID(let identity): identity.append(to: &octets)
        case .certificate(let payload): payload.append(to: &octets)
        case .certificateRequest(let payload): payload.append(to: &octets)
        case .authentication(let payload): payload.append(to: &octets)
        case .notify(let payload): payload.append(to: &octets)
        case .delete(let payload): payload.append(to: &octets)
        case .initiatorTrafficSelectors(let selectors), .responderTrafficSelectors(let selectors):
            TrafficSelector.append(selectors, to: &octets)
        case .configuration(let payload): payload.append(to: &octets)
        case .nonce(let body), .vendorID(let body), .eap(let body): octets += body
        case .unknown(let payload): octets += payload.body
        }
    }
}
