import Wire

/// What has become of the requests of each exchange (RFC 7296 §1.2 to §1.4), from either side.
public struct ExchangeStatistics: Sendable {
    /// The requests of one exchange from one side.
    public struct Side: Sendable {
        /// That were sent, or taken in; repetitions do not count.
        public fileprivate(set) var requests: UInt64 = 0
        /// Of them those that had an answer, be it an error.
        public fileprivate(set) var answered: UInt64 = 0
        /// Of ours, those that had none in time.
        public fileprivate(set) var timedOut: UInt64 = 0
        /// Errors in the answers, by their type.
        public fileprivate(set) var refused: [NotifyType: UInt64] = [:]
    }

    /// The exchanges that are told apart.
    public static let types: [ExchangeType] = [
        .ikeSAInit, .ikeAuth, .createChildSA, .informational,
    ]
    /// Types of errors that are told apart in each; a peer can think of thousands.
    private static let mostErrors = 64

    private struct Key: Hashable {
        let exchange: ExchangeType
        let role: Role
    }

    private var sides: [Key: Side] = [:]

    /// What we have asked as initiators, or been asked as responders, of an exchange.
    public subscript(exchange: ExchangeType, role: Role) -> Side {
        sides[Key(exchange: exchange, role: role)] ?? Side()
    }

    mutating func countRequest(_ exchange: ExchangeType, _ role: Role) {
        change(exchange, role) { $0.requests += 1 }
    }

    mutating func countTimeout(_ exchange: ExchangeType?) {
        if let exchange { change(exchange, .initiator) { $0.timedOut += 1 } }
    }

    /// Counts an answer, with the errors in it.
    mutating func countAnswer(
        _ exchange: ExchangeType, _ role: Role, _ errors: some Sequence<NotifyType>
    ) {
        change(exchange, role) { side in
            side.answered += 1
            for error in errors {
                guard side.refused[error] != nil || side.refused.count < Self.mostErrors else {
                    continue
                }
                side.refused[error, default: 0] += 1
            }
        }
    }

    private mutating func change(
        _ exchange: ExchangeType, _ role: Role, _ body: (inout Side) -> Void
    ) {
        guard Self.types.contains(exchange) else { return }
        body(&sides[Key(exchange: exchange, role: role), default: Side()])
    }
}
