import Crypto

/// What has been fetched in vain lately, and is not asked for again at once: where the policy wants
/// an answer, each attempt of each peer would ask a dead server anew, and wait for it.
struct FetchFailures {
    /// How long nobody is asked again: a peer's next attempt or two fall within it, and an outage
    /// that has ended is noticed soon.
    static let pause = Interval.seconds(60)
    /// More than a gateway asks of servers that are down: the oldest one makes room.
    static let most = 256

    private struct Failure {
        let reason: String
        let end: Instant
    }

    private var failures: [FetchKey: Failure] = [:]

    /// Takes in what a fetch failed for. One that is known is not forgotten later for that.
    mutating func note(_ reason: String, for key: FetchKey, at now: Instant) {
        expire(at: now)
        guard failures[key] == nil else { return }
        if failures.count >= Self.most,
            let oldest = failures.min(by: { $0.value.end < $1.value.end })?.key
        {
            failures[oldest] = nil
        }
        failures[key] = Failure(reason: reason, end: now + Self.pause)
    }

    /// What comes of asking for any of it now.
    mutating func results(at now: Instant) -> [FetchKey: Fetched] {
        expire(at: now)
        return failures.mapValues { .untried("\($0.reason) (it is not asked again so soon)") }
    }

    private mutating func expire(at now: Instant) {
        guard failures.contains(where: { $0.value.end <= now }) else { return }
        failures = failures.filter { $0.value.end > now }
    }
}
