import IPsec
import Net
import Policy
import Wire

// How SAs wait, go on and end.

extension Engine {
    /// How often a request is sent again before other ways are tried, too: after some 3.5 seconds.
    private static let patienceWithPath = 3

    /// Sets the SA's one deadline: the earliest of what it waits for.
    func rearm(_ sa: IKESA) {
        // Handlers end with this; one that ended the SA has nothing to wait for.
        guard table[sa.localSPI] === sa else { return }
        let rekeyAt = sa.session == nil ? nil : sa.rekeyAt
        let retryAt = sa.postponed.map { $0.due }.min()
        let times = [
            sa.window.deadline, sa.expiry, rekeyAt, retryAt, sa.fragmentation?.expiry,
            nextMeasurement(of: sa), sa.session == nil ? nil : sa.keepAliveAt,
        ]
        var earliest: Instant?
        for case let time? in times where earliest.map({ time < $0 }) ?? true { earliest = time }
        deadlines.set(sa, earliest)
    }

    /// Sets the times at which an SA is to be rekeyed and must end: the first, drawn anew for each,
    /// at 85 to 95 percent of the second, so that the two ends seldom rekey at once.
    func beginLife(of sa: IKESA, _ suite: IKESuite, _ rule: Rule) {
        let transform = IKENegotiation.transform(for: suite.id, among: rule.ikeTransforms)
        let life = Interval.seconds(transform?.lifetime ?? rule.lifetimes.ikeSeconds)
        let jitter = life.nanoseconds / 10 / 255 * UInt64(randomJitter())
        sa.establishedAt = now
        sa.expiry = now + life
        sa.rekeyAt = now + life.scaled(percent: 85) + Interval(nanoseconds: jitter)
    }

    func meetDeadlines() {
        while let sa = deadlines.popDue(at: now) { meetDeadline(of: sa) }
        keepUp()
        if let departure, departure <= now {
            for sa in table.all { remove(sa) }
        }
    }

    private func meetDeadline(of sa: IKESA) {
        if giveUpFragments(of: sa) || sendKeepAlive(sa) {
            rearm(sa)
        } else if let expiry = sa.expiry, expiry <= now {
            expire(sa)
        } else if let outstanding = sa.window.outstanding, outstanding.giveUpAt <= now {
            statistics.timeouts += 1
            statistics.exchanges.countTimeout(sa.awaitedExchange)
            let what = if case .deleting = sa.state { "deleting the IKE SA" } else { "a request" }
            fail(
                sa, .silence,
                Reason(
                    "no answer to \(what) within \(settings.responseWaitTime) "
                        + "and \(outstanding.retransmissions) retransmissions"
                        + suspicion(of: sa)))
        } else {
            if let rekeyAt = sa.rekeyAt, rekeyAt <= now {
                sa.rekeyAt = nil
                enqueue(.rekeyIKE(attempt: 0), sa)
            } else if let message = sa.window.retransmission(at: now, jitter: randomJitter()) {
                statistics.retransmissions += 1
                debug(.verbose, "-> \(sa.remote) the request again")
                transmit(message, local: sa.local, remote: sa.remote)
                if let outstanding = sa.window.outstanding,
                    outstanding.retransmissions >= Self.patienceWithPath
                {
                    tryOtherPaths(sa)
                }
            } else if sa.postponed.contains(where: { $0.due <= now }) {
                takeUpPostponed(sa)
            } else if let session = sa.session, session.exchange == nil {
                // The answer sets the next deadline.
                measure(session, sa: sa)
                return
            }
            rearm(sa)
        }
    }

    /// The state's own time limit has come.
    private func expire(_ sa: IKESA) {
        if let fetch = sa.fetch {
            giveUp(fetch, sa: sa)
            return
        }
        switch sa.state {
        case .established:
            deleteIKESA(sa, because: "its lifetime has passed")
        case .halfOpen, .responding:
            let failure = Failure(
                .ikeAuth, .silence,
                Reason(
                    "no IKE_AUTH request came within \(Limit.halfOpenLifetime) after IKE_SA_INIT; "
                        + "behind a NAT, and with MOBIKE, it comes to UDP port "
                        + "\(settings.nattPort)"), role: .responder, pair: sa.pair,
                isGenuine: false, at: now)
            remember(failure)
            complain(.halfOpen, "\(sa.remote): \(failure); the IKE SA is given up")
            remove(sa)
        case .superseded where sa.window.expectedID == 0:
            // Both ends made one at once, and the peer had the DELETE of the old one before our
            // answer: it never learned of this one, or it would have deleted it.
            debug(.phase1, "\(name(sa)): the peer does not know of a redundant IKE SA; removed")
            remove(sa)
        case .superseded(let session):
            // The peer has left that to us, or has not had our answer.
            sa.state = .deleting(session)
            sa.expiry = nil
            if sa.window.outstanding == nil { sendDelete(session, sa: sa) } else { remove(sa) }
        case .initiating, .authenticating, .deleting, .closed:
            remove(sa)
        }
    }

    /// Sends the next request that waits for the window.
    func advance(_ sa: IKESA) {
        while sa.window.requestID != nil, let session = sa.session, session.exchange == nil,
            !session.isBeingReplaced, !sa.queue.isEmpty
        {
            switch sa.queue.removeFirst() {
            case .createChild(let request, let attempt):
                createChild(request, attempt: attempt, session, sa: sa)
            case .rekeyChild(let spi, let occasion, let attempt):
                rekeyChild(spi, occasion, attempt: attempt, session, sa: sa)
            case .rekeyIKE(let attempt): rekeyIKE(attempt: attempt, session, sa: sa)
            case .updateAddresses: updateAddresses(session, sa: sa)
            case .announceAddresses: announceAddresses(session, sa: sa)
            case .checkReturn: checkReturn(session, sa: sa)
            case .deleteIKESA(let reason): deleteIKESA(sa, because: reason)
            case .deleteChild(let spi, let protocolID):
                deleteChild(spi, protocolID, session, sa: sa)
            }
        }
        rearm(sa)
    }

    /// Enters an exchange: the window is ours until it ends.
    func begin(_ exchange: Exchange, _ session: Session, sa: IKESA) {
        var session = session
        session.exchange = exchange
        sa.state = .established(session)
    }

    /// Leaves the exchange that is under way.
    func endExchange(_ session: Session, sa: IKESA) -> Session {
        var session = session
        session.exchange = nil
        sa.state = .established(session)
        return session
    }

    /// Does a task when the window is free. A peer that never answers cannot pile them up.
    func enqueue(_ task: Task, _ sa: IKESA) {
        guard sa.queue.count < Limit.queued else {
            complain(.full, "\(name(sa)): too many requests wait for the peer; one is dropped")
            return
        }
        sa.queue.append(task)
        advance(sa)
    }

    /// Does a task after a while.
    func postpone(_ task: Task, by interval: Interval, _ sa: IKESA) {
        sa.postponed.append(Postponed(task: task, due: now + interval))
        rearm(sa)
    }

    private func takeUpPostponed(_ sa: IKESA) {
        let due = sa.postponed.filter { $0.due <= now }
        sa.postponed.removeAll { $0.due <= now }
        for postponed in due { enqueue(postponed.task, sa) }
    }

    /// Ends an SA that went wrong here, without a word to the peer.
    func fail(_ sa: IKESA, _ reason: String) { fail(sa, .here, Reason(reason)) }

    /// Ends an SA that went wrong, without a word to the peer.
    func fail(_ sa: IKESA, _ cause: Failure.Cause, _ reason: Reason) {
        report(attempt(of: sa), cause, reason, of: sa)
        _ = bequeath(sa)
        let requests = unserved(of: sa)
        remove(sa)
        serveAnew(requests, of: sa)
    }

    private func attempt(of sa: IKESA) -> Failure.Attempt {
        switch sa.state {
        case .initiating, .responding: .ikeSAInit
        case .halfOpen, .authenticating: .ikeAuth
        case .established, .superseded, .deleting, .closed: .ikeSA
        }
    }

    /// What may be behind a peer's silence, as far as it shows.
    private func suspicion(of sa: IKESA) -> String {
        switch sa.state {
        case .initiating(let initiation):
            if let hint = initiation.hint { return "; all that came was: \(hint.summary)" }
            return
                "; is UDP port \(sa.remote.port) open on the way, and does a daemon listen there?"
        case .authenticating where sa.remote.port != settings.ikePort:
            return "; UDP port \(settings.ikePort) was answered, port \(sa.remote.port) is not: "
                + "is it open on the way?"
        case .authenticating:
            return "; IKE_SA_INIT was answered, but this longer message is not: are fragments lost "
                + "on the way?"
        default: return ""
        }
    }

    /// Ends an SA. `lingering` keeps its last response for a peer that did not hear it.
    func close(_ sa: IKESA, lingering: Bool) {
        removeChildren(of: sa)
        guard lingering, let keys = sa.keys else {
            remove(sa)
            return
        }
        table.endHalfOpen(sa)
        table.forgetIdentities(of: sa)
        countFailure(of: sa)
        abandonFetch(of: sa)
        sa.state = .closed(keys)
        sa.window.abandon()
        sa.fragmentation?.clear()
        forgetTasks(of: sa)
        sa.expiry = now + Limit.lingering
        rearm(sa)
    }

    /// Ends an SA and all that belongs to it, at once.
    func remove(_ sa: IKESA) {
        missed(sa.rule)
        countFailure(of: sa)
        abandonFetch(of: sa)
        removeChildren(of: sa)
        forgetTasks(of: sa)
        deadlines.set(sa, nil)
        table.remove(sa)
    }

    /// An SA ends: whether its peer has ever proved who it is, counts once.
    private func countFailure(of sa: IKESA) {
        if case .closed = sa.state { return }
        if sa.establishedAt == nil { statistics[sa.role].failed += 1 }
    }

    func forgetTasks(of sa: IKESA) {
        sa.queue = []
        sa.postponed = []
    }

    func removeChild(_ child: ChildSA, of sa: IKESA) {
        missed(sa.rule)
        drop(child, of: sa)
        emit(.remove(child.removal))
        returnPolicies(of: child, sa: sa)
    }

    func removeChildren(of sa: IKESA) {
        for child in sa.children { removeChild(child, of: sa) }
    }
}
