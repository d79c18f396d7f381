import Wire

/// What has happened since the engine began, in numbers that only grow.
public struct Statistics: Sendable {
    /// What became of the IKE SAs that one side began.
    public struct Beginnings: Sendable {
        /// IKE_SA_INIT was sent, or let in.
        public internal(set) var attempted: UInt64 = 0
        /// Both ends have proved who they are.
        public internal(set) var established: UInt64 = 0
        /// Given up before that.
        public internal(set) var failed: UInt64 = 0
    }

    /// Of our own beginning.
    public internal(set) var asInitiator = Beginnings()
    /// Of the peers'.
    public internal(set) var asResponder = Beginnings()
    /// IKE SAs that a new one has taken the place of, whoever asked.
    public internal(set) var rekeyedIKESAs: UInt64 = 0
    /// Child SAs that were made, successors included.
    public internal(set) var childSAs: UInt64 = 0
    /// Of them those that took the place of another.
    public internal(set) var rekeyedChildSAs: UInt64 = 0
    /// Requests that went out once more.
    public internal(set) var retransmissions: UInt64 = 0
    /// Requests of peers that came once more, and had the same answer.
    public internal(set) var repeatedRequests: UInt64 = 0
    /// Requests that nobody answered in time.
    public internal(set) var timeouts: UInt64 = 0
    /// What became of the requests of each exchange.
    public internal(set) var exchanges = ExchangeStatistics()
    /// Errors that we answered with, by their type.
    public private(set) var refusals: [NotifyType: UInt64] = [:]
    /// Errors that peers answered with, by their type; unauthenticated ones are among them.
    public private(set) var refusalsByPeers: [NotifyType: UInt64] = [:]

    /// Types that are told apart; a peer can think of thousands.
    private static let mostTypes = 64

    subscript(role: Role) -> Beginnings {
        get { role == .initiator ? asInitiator : asResponder }
        set { if role == .initiator { asInitiator = newValue } else { asResponder = newValue } }
    }

    /// Counts an answer of ours.
    mutating func count(answering exchange: ExchangeType, _ payloads: [Payload]) {
        var errors: [NotifyType] = []
        for case .notify(let notify) in payloads where notify.type.isError {
            errors.append(notify.type)
        }
        count(answering: exchange, refusing: errors)
    }

    /// Counts an answer of ours with errors in it, or without any.
    mutating func count(answering exchange: ExchangeType, refusing errors: [NotifyType] = []) {
        for error in errors { refusals[error, default: 0] += 1 }
        exchanges.countAnswer(exchange, .responder, errors)
    }

    /// Counts an answer of a peer's, with the error in it if there is one.
    mutating func count(answerTo exchange: ExchangeType, refusing type: NotifyType?) {
        exchanges.countAnswer(exchange, .initiator, [type].compactMap { $0 })
        guard let type else { return }
        guard refusalsByPeers[type] != nil || refusalsByPeers.count < Self.mostTypes else { return }
        refusalsByPeers[type, default: 0] += 1
    }
}
