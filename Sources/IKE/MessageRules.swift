import Wire

/// A set of the payload types that RFC 7296 defines.
struct PayloadSet: OptionSet, Sendable {
    let rawValue: UInt32

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The set of one type; empty for types that are not RFC 7296's.
    init(_ type: PayloadType) {
        let first = PayloadType.securityAssociation.rawValue
        rawValue = type.rawValue < first ? 0 : 1 << UInt32(type.rawValue - first)
    }

    init(_ types: PayloadType...) {
        self = types.reduce(into: []) { $0.formUnion(PayloadSet($1)) }
    }

    /// The types' names, `SA, KE, NONCE`.
    var names: String {
        let first = PayloadType.securityAssociation.rawValue
        return (0..<UInt8(32)).filter { rawValue & 1 << UInt32($0) != 0 }
            .map { PayloadType(rawValue: first + $0).name }.joined(separator: ", ")
    }
}

/// What a message of one kind must, may and must not hold.
struct MessageRule: Sendable {
    let exchange: ExchangeType
    let isResponse: Bool
    /// Exactly one of each.
    let required: PayloadSet
    /// At most one of each. Types in neither set are ignored, as RFC 7296 §2.5 has it, unless
    /// ``repeatable`` names them.
    let optional: PayloadSet
    /// Any number of each.
    let repeatable: PayloadSet

    /// The table of RFC 7296 appendix C. A CREATE_CHILD_SA request that rekeys an IKE SA has no
    /// traffic selectors; which it is shows in its SA payload.
    static let table: [MessageRule] = [
        MessageRule(
            .ikeSAInit, .request, required: PayloadSet(.securityAssociation, .keyExchange, .nonce)),
        MessageRule(
            .ikeSAInit, .response, required: PayloadSet(.securityAssociation, .keyExchange, .nonce),
            repeatable: PayloadSet(.certificateRequest)),
        MessageRule(
            .ikeAuth, .request,
            required: PayloadSet(
                .initiatorID, .authentication, .securityAssociation, .initiatorTrafficSelectors,
                .responderTrafficSelectors),
            optional: PayloadSet(.responderID, .configuration),
            repeatable: PayloadSet(.certificate, .certificateRequest)),
        MessageRule(
            .ikeAuth, .response, required: PayloadSet(.responderID, .authentication),
            optional: PayloadSet(
                .securityAssociation, .initiatorTrafficSelectors, .responderTrafficSelectors,
                .configuration),
            repeatable: PayloadSet(.certificate)),
        MessageRule(
            .createChildSA, .request, required: PayloadSet(.securityAssociation, .nonce),
            optional: PayloadSet(
                .keyExchange, .initiatorTrafficSelectors, .responderTrafficSelectors)),
        MessageRule(
            .createChildSA, .response, required: PayloadSet(.securityAssociation, .nonce),
            optional: PayloadSet(
                .keyExchange, .initiatorTrafficSelectors, .responderTrafficSelectors)),
        MessageRule(.informational, .request, repeatable: PayloadSet(.delete, .configuration)),
        MessageRule(.informational, .response, repeatable: PayloadSet(.delete, .configuration)),
    ]

    private enum Kind { case request, response }

    private init(
        _ exchange: ExchangeType, _ kind: Kind, required: PayloadSet = [],
        optional: PayloadSet = [], repeatable: PayloadSet = []
    ) {
        self.exchange = exchange
        isResponse = kind == .response
        self.required = required
        self.optional = optional
        self.repeatable = repeatable.union(PayloadSet(.notify, .vendorID))
    }

    /// The row for a header; `nil` when there is no such exchange here.
    static func rule(for header: Header) -> MessageRule? {
        table.first { $0.exchange == header.exchange && $0.isResponse == header.isResponse }
    }

    /// Sorts payloads into place.
    ///
    /// A response that carries an error notify, or asks for a cookie (§2.6), may lack what it would
    /// otherwise have to carry.
    func sort(_ payloads: [Payload]) throws(Refusal) -> Contents {
        var contents = Contents()
        var seen: PayloadSet = []
        for payload in payloads {
            let set = PayloadSet(payload.type)
            if !repeatable.isSuperset(of: set) {
                guard !set.isEmpty, required.union(optional).isSuperset(of: set) else { continue }
                guard seen.isDisjoint(with: set) else {
                    throw Refusal(.invalidSyntax, "\(name) holds more than one \(set.names)")
                }
            }
            seen.formUnion(set)
            contents.take(payload)
        }
        let missing = required.subtracting(seen)
        let isExcused = isResponse && (contents.firstError != nil || contents.has(.cookie))
        if !missing.isEmpty, !isExcused {
            throw Refusal(.invalidSyntax, "\(name) lacks \(missing.names)")
        }
        return contents
    }

    /// `IKE_AUTH request`.
    var name: String { "\(exchange.name) \(isResponse ? "response" : "request")" }
}

/// The payloads of one message, each where a handler looks for it. ``MessageRule`` has seen to it
/// that what the exchange requires is there.
struct Contents {
    private(set) var proposals: [Proposal]?
    private(set) var keyExchange: KeyExchange?
    private(set) var nonce: [UInt8]?
    private(set) var initiatorID: Identification?
    private(set) var responderID: Identification?
    private(set) var authentication: Authentication?
    private(set) var initiatorSelectors: [TrafficSelector]?
    private(set) var responderSelectors: [TrafficSelector]?
    private(set) var certificates: [Certificate] = []
    private(set) var certificateRequests: [CertificateRequest] = []
    private(set) var notifies: [Notify] = []
    private(set) var deletes: [Delete] = []

    fileprivate mutating func take(_ payload: Payload) {
        switch payload {
        case .securityAssociation(let value): proposals = value
        case .keyExchange(let value): keyExchange = value
        case .nonce(let value): nonce = value
        case .initiatorID(let value): initiatorID = value
        case .responderID(let value): responderID = value
        case .authentication(let value): authentication = value
        case .initiatorTrafficSelectors(let value): initiatorSelectors = value
        case .responderTrafficSelectors(let value): responderSelectors = value
        case .certificate(let value): certificates.append(value)
        case .certificateRequest(let value): certificateRequests.append(value)
        case .notify(let value): notifies.append(value)
        case .delete(let value): deletes.append(value)
        default: break
        }
    }

    /// The first notify of an error type.
    var firstError: Notify? { notifies.first { $0.type.isError } }

    /// The first notify of a type.
    func notify(_ type: NotifyType) -> Notify? { notifies.first { $0.type == type } }

    /// Whether there is a notify of a type.
    func has(_ type: NotifyType) -> Bool { notify(type) != nil }
}
