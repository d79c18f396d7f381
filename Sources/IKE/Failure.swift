import Net
import Wire

/// Something between us and a peer that came to nothing. What the log says of it when it happens is
/// what an administrator is told who asks later.
public struct Failure: Hashable, Sendable {
    /// What was attempted.
    public enum Attempt: Hashable, Sendable {
        /// A packet met a policy, and no negotiation was begun.
        case acquire
        case ikeSAInit, ikeAuth, childSA, rekeyingChild, rekeyingIKE
        /// An established IKE SA.
        case ikeSA
        /// An exchange of the peer's that was refused as a whole.
        case exchange(ExchangeType)
    }

    /// Whose doing it is.
    public enum Cause: Hashable, Sendable {
        /// No rule covers the two addresses.
        case noRule
        /// We refused what the peer asked for.
        case refused(NotifyType)
        /// The peer refused what we asked for, or ended what stood.
        case refusedByPeer(NotifyType)
        /// What the peer answered was no good.
        case badAnswer(NotifyType)
        /// Nothing came.
        case silence
        /// Something is lacking or went wrong on this host.
        case here
    }

    /// What was attempted.
    public let attempt: Attempt
    /// Whose doing it is.
    public let cause: Cause
    /// Our part in it.
    public let role: Role
    /// The ends.
    public let pair: AddressPair
    /// The label of the rule, where that is settled.
    public let rule: String?
    /// What the two ends do not agree on.
    public var difference: Difference? { reason.difference }
    /// When it happened first, and last.
    public internal(set) var first: Instant, last: Instant
    /// How often it has happened.
    public internal(set) var count: UInt64 = 1
    /// Whether the peer had proved who it is, or we had turned to it ourselves. Anybody can cause
    /// the others in a peer's name.
    let isGenuine: Bool
    /// Why; without words where there were none to spare.
    var reason: Reason
    /// When the words were made.
    var wordedAt: Instant?

    init(
        _ attempt: Attempt, _ cause: Cause, _ reason: Reason, role: Role, pair: AddressPair,
        rule: String? = nil, isGenuine: Bool, at now: Instant
    ) {
        self.attempt = attempt
        self.cause = cause
        self.reason = reason
        self.role = role
        self.pair = pair
        self.rule = rule
        self.isGenuine = isGenuine
        first = now
        last = now
        wordedAt = isWordless ? nil : now
    }

    /// Whether it is the same again, but for the words.
    func isLike(_ other: Failure) -> Bool {
        attempt == other.attempt && cause == other.cause && role == other.role
            && pair.local.address == other.pair.local.address
    }

    /// Whether there are no words for it but those of its cause.
    var isWordless: Bool { reason == Reason("") }
}

extension Failure: CustomStringConvertible {
    /// What happened and why, as the log has it behind the name of the peer.
    public var description: String {
        let words = isWordless ? Reason(plainReason) : reason
        return "\(headline)\(words)"
    }

    /// What can be said without having kept any words.
    private var plainReason: String {
        switch cause {
        case .noRule:
            "no rule covers local_addr \(pair.local.address) and remote_addr "
                + "\(pair.remote.address)"
        default: "many such at once, the words were not kept"
        }
    }

    private var headline: String {
        switch (attempt, cause) {
        case (.acquire, _): ""
        case (.ikeSAInit, .noRule):
            "IKE_SA_INIT request refused with \(NotifyType.noProposalChosen.name): "
        case (.ikeSAInit, .refused(let type)), (.ikeAuth, .refused(let type)):
            "\(stage) request refused with \(type.name): "
        case (.ikeSAInit, .badAnswer), (.ikeSAInit, .refusedByPeer): "IKE_SA_INIT response: "
        case (.ikeAuth, .badAnswer): "IKE_AUTH: "
        case (.childSA, .refused(let type)): "no Child SA: \(type.name): "
        case (.childSA, _): "no Child SA: "
        case (.rekeyingChild, _): "a Child SA is not rekeyed: "
        case (.rekeyingIKE, _): "the IKE SA is not rekeyed: "
        case (.ikeSA, .refusedByPeer): ""
        case (.exchange(let exchange), _):
            "\(exchange.name) request refused with \(cause.notify?.name ?? ""): "
        default: "\(stage) failed: "
        }
    }

    private var stage: String {
        switch attempt {
        case .ikeSAInit: "IKE_SA_INIT"
        case .ikeAuth: "IKE_AUTH"
        default: "IKE SA"
        }
    }
}

extension Failure.Attempt {
    /// Its name, the same in every version.
    public var name: String {
        switch self {
        case .acquire: "acquire"
        case .ikeSAInit: "ike_sa_init"
        case .ikeAuth: "ike_auth"
        case .childSA: "child_sa"
        case .rekeyingChild: "rekey_child_sa"
        case .rekeyingIKE: "rekey_ike_sa"
        case .ikeSA: "ike_sa"
        case .exchange: "request"
        }
    }
}

extension Failure.Cause {
    /// Its name, the same in every version.
    public var name: String {
        switch self {
        case .noRule: "no_rule"
        case .refused: "refused"
        case .refusedByPeer: "refused_by_peer"
        case .badAnswer: "bad_answer"
        case .silence: "silence"
        case .here: "here"
        }
    }

    /// The error that one end told the other, if one did.
    public var notify: NotifyType? {
        switch self {
        case .noRule: .noProposalChosen
        case .refused(let type), .refusedByPeer(let type), .badAnswer(let type): type
        case .silence, .here: nil
        }
    }
}
