import IPsec
import Net
import Policy
import Wire

extension Engine {
    /// What there is, for an administrator: a line for each IKE SA and, indented, one for each of
    /// its Child SAs; oldest first.
    public func describe(at now: Instant) -> [String] {
        let all = table.all.sorted { $0.createdAt < $1.createdAt }
        var lines = ["\(all.count) IKE SAs, \(policies.outbound.count) outbound policies"]
        lines += describeDoor(at: now)
        if settings.fragmentationMTU != nil {
            lines.append(
                "messages in fragments: \(fragmentCounters.sent) sent, "
                    + "\(fragmentCounters.received) received, \(fragmentCounters.givenUp) given up")
        }
        for sa in all {
            let age = now.since(sa.createdAt).nanoseconds / 1_000_000_000
            lines.append(
                "IKE SA \(sa.localSPI) with \(name(sa)): \(state(of: sa)), \(sa.role.name), "
                    + "\(age) s old")
            for child in sa.children { lines.append("  \(child)") }
        }
        return lines
    }

    private func describeDoor(at now: Instant) -> [String] {
        let wait = longestWait(at: now)
        door.observe(FrontDoor.Load(halfOpen: table.halfOpenCount, wait: wait))
        let manner =
            if door.isClosed {
                "nobody is let in"
            } else {
                door.asksEverybody ? "everybody is asked for a cookie" : "open"
            }
        let counters = door.counters
        return [
            "front door: \(table.halfOpenCount) half open, the oldest waits \(wait) for a worker; "
                + manner,
            "front door: cookies: \(counters.cookiesSent) sent, "
                + "\(counters.cookiesAccepted) accepted, \(counters.cookiesWrong) wrong",
            "front door: dropped: \(counters.malformed) malformed, \(counters.otherVersion) of "
                + "another version, \(counters.blocked) from where too many are half open, "
                + "\(counters.full) with too many half open in all, \(counters.stalled) with the "
                + "workers too far behind",
        ]
    }

    private func state(of sa: IKESA) -> String {
        switch sa.state {
        case .initiating: "IKE_SA_INIT sent"
        case .responding: "IKE_SA_INIT received"
        case .halfOpen where sa.fetch != nil, .authenticating where sa.fetch != nil:
            "waiting for the peer's certificate or its status"
        case .halfOpen: "waiting for IKE_AUTH"
        case .authenticating: "IKE_AUTH sent"
        case .established(let session): "established, peer \(session.peer), \(session.keys.suite)"
        case .superseded: "superseded"
        case .deleting: "deleting"
        case .closed: "closed"
        }
    }
}
