import Admin
import IKE
import Reactor
import Wire

// Numbers as ikeadm(8) shows them. The names are those of its JSON, and of metrics made from it.

extension Value {
    init(_ counters: Engine.Counters, _ turns: TurnTimes) {
        let statistics = counters.statistics
        let door = counters.door
        self = .object([
            Member(
                "ike_sas",
                .object([
                    Member("initiator", Value(statistics.asInitiator, counters.asInitiator)),
                    Member("responder", Value(statistics.asResponder, counters.asResponder)),
                    Member("half_open", Value(counters.halfOpen)),
                    Member("rekeyed", .number(statistics.rekeyedIKESAs)),
                ])),
            Member(
                "child_sas",
                .object([
                    Member("current", Value(counters.children)),
                    Member("total", .number(statistics.childSAs)),
                    Member("rekeyed", .number(statistics.rekeyedChildSAs)),
                ])),
            Member(
                "requests",
                .object([
                    Member("retransmitted", .number(statistics.retransmissions)),
                    Member("timed_out", .number(statistics.timeouts)),
                    Member("repeated_by_peers", .number(statistics.repeatedRequests)),
                ])),
            Member(
                "exchanges",
                .object(
                    ExchangeStatistics.types.map { type in
                        Member(
                            type.name.lowercased(),
                            .object([
                                Member("initiator", Value(statistics.exchanges[type, .initiator])),
                                Member("responder", Value(statistics.exchanges[type, .responder])),
                            ]))
                    })),
            Member("refused", Value(statistics.refusals)),
            Member("refused_by_peers", Value(statistics.refusalsByPeers)),
            Member(
                "cookies",
                .object([
                    Member("sent", .number(door.cookiesSent)),
                    Member("accepted", .number(door.cookiesAccepted)),
                    Member("wrong", .number(door.cookiesWrong)),
                ])),
            Member(
                "dropped",
                .object([
                    Member("malformed", .number(door.malformed)),
                    Member("other_version", .number(door.otherVersion)),
                    Member("rate_limited", .number(door.blocked)),
                    Member("too_many_half_open", .number(door.full)),
                    Member("workers_behind", .number(door.stalled)),
                ])),
            Member(
                "fragmented_messages",
                .object([
                    Member("sent", .number(counters.fragments.sent)),
                    Member("received", .number(counters.fragments.received)),
                    Member("given_up", .number(counters.fragments.givenUp)),
                ])),
            Member(
                "loop",
                .object(
                    zip(TurnTimes.limits, turns.over).map {
                        Member("turns_over_\($0)_ms", .number($1))
                    })),
        ])
    }

    private init(_ beginnings: Statistics.Beginnings, _ current: Int) {
        self = .object([
            Member("current", Value(current)),
            Member("total", .number(beginnings.established)),
            Member("attempted", .number(beginnings.attempted)),
            Member("failed", .number(beginnings.failed)),
        ])
    }

    private init(_ side: ExchangeStatistics.Side) {
        self = .object([
            Member("requests", .number(side.requests)),
            Member("answered", .number(side.answered)),
            Member("timed_out", .number(side.timedOut)),
            Member("refused", Value(side.refused)),
        ])
    }

    /// By type, each under its name.
    private init(_ refusals: [NotifyType: UInt64]) {
        let types = refusals.keys.sorted { $0.rawValue < $1.rawValue }
        self = .object(types.map { Member($0.name, .number(refusals[$0] ?? 0)) })
    }

    private init(_ count: Int) {
        self = .number(UInt64(count.magnitude))
    }
}
