import IPsec
import Net
import Policy
import Wire

// How SAs wait, go on and end.

extension Engine {
    /// Sets the SA's one deadline: the earliest of what it waits for.
    func rearm(_ sa: IKESA) {
        // Handlers end with this; one that ended the SA has nothing to wait for.
        guard table[sa.localSPI] === sa else { return }
        let probeAt = sa.window.outstanding == nil ? liveness(of: sa) : nil
        let times = [sa.window.deadline, sa.expiry, probeAt]
        var earliest: Instant?
        for case let time? in times where earliest.map({ time < $0 }) ?? true { earliest = time }
        deadlines.set(sa, earliest)
    }

    /// When a silent peer is to be asked whether it lives; `nil` when the rule does not ask.
    private func liveness(of sa: IKESA) -> Instant? {
        guard let session = sa.session, session.exchange == nil, session.rule.dpdInterval > 0 else {
            return nil
        }
        return sa.heardAt + .seconds(session.rule.dpdInterval)
    }

    func meetDeadlines() {
        while let sa = deadlines.popDue(at: now) { meetDeadline(of: sa) }
        if let departure, departure <= now {
            for sa in table.all { remove(sa) }
        }
    }

    private func meetDeadline(of sa: IKESA) {
        if let expiry = sa.expiry, expiry <= now {
            expire(sa)
        } else if let outstanding = sa.window.outstanding, outstanding.giveUpAt <= now {
            let what = if case .deleting = sa.state { "deleting the IKE SA" } else { "a request" }
            fail(
                sa,
                "no answer to \(what) within \(settings.responseWaitTime) "
                    + "and \(outstanding.retransmissions) retransmissions")
        } else {
            if let datagram = sa.window.retransmission(at: now, jitter: randomJitter()) {
                debug(.verbose, "-> \(sa.remote) the request again")
                emit(.send(datagram))
            } else if let session = sa.session, session.exchange == nil {
                probe(session, sa: sa)
            }
            rearm(sa)
        }
    }

    /// The state's own time limit has come.
    private func expire(_ sa: IKESA) {
        switch sa.state {
        case .established:
            deleteIKESA(sa, because: "its lifetime has passed")
        case .halfOpen, .responding:
            debug(.phase1, "\(sa.remote): no IKE_AUTH request came; the IKE SA is given up")
            remove(sa)
        case .initiating, .authenticating, .deleting, .closed:
            remove(sa)
        }
    }

    /// Sends the next request that waits for the window.
    func advance(_ sa: IKESA) {
        while sa.window.requestID != nil, let session = sa.session, session.exchange == nil,
            !sa.queue.isEmpty
        {
            switch sa.queue.removeFirst() {
            case .createChild(let request): createChild(request, session, sa: sa)
            case .deleteChild(let spi, let protocolID):
                deleteChild(spi, protocolID, session, sa: sa)
            }
        }
        rearm(sa)
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

    /// Ends an SA that went wrong, without a word to the peer.
    func fail(_ sa: IKESA, _ reason: String) {
        warn("\(name(sa)): \(stage(of: sa)) failed: \(reason)")
        remove(sa)
    }

    private func stage(of sa: IKESA) -> String {
        switch sa.state {
        case .initiating, .responding: "IKE_SA_INIT"
        case .halfOpen, .authenticating: "IKE_AUTH"
        case .established, .deleting, .closed: "IKE SA"
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
        sa.state = .closed(keys)
        sa.window.abandon()
        sa.queue = []
        sa.expiry = now + Limit.lingering
        rearm(sa)
    }

    /// Ends an SA and all that belongs to it, at once.
    func remove(_ sa: IKESA) {
        removeChildren(of: sa)
        sa.queue = []
        deadlines.set(sa, nil)
        table.remove(sa)
    }

    func removeChild(_ child: ChildSA, of sa: IKESA) {
        drop(child, of: sa)
        if case .installing = child.state { return }
        emit(.remove(child.removal))
    }

    func removeChildren(of sa: IKESA) {
        for child in sa.children { removeChild(child, of: sa) }
    }
}

// MARK: - The kernel's word

extension Engine {
    /// A packet met a policy: finds or begins the IKE SA that shall negotiate for it.
    func acquire(_ acquire: Acquire) {
        guard departure == nil else { return }
        guard let rule = rule(for: acquire) else {
            complain(
                .noRule,
                "no rule covers local_addr \(acquire.source) and remote_addr "
                    + "\(acquire.destination): nothing is negotiated for \(acquire.flow)")
            return
        }
        let request = ChildRequest(acquire)
        guard
            ChildNegotiation.first(
                of: rule.childTransforms, template: request.template, where: { _ in true }) != nil
        else {
            warn(
                "rule '\(rule.label)': the policy for \(acquire.flow) allows no algorithm of "
                    + "childsa_xform: nothing is negotiated")
            return
        }
        for sa in table.with(peer: acquire.destination)
        where sa.local.address == acquire.source && sa.rule === rule {
            if take(request, by: sa) { return }
        }
        initiate(
            rule, request, local: SocketAddress(acquire.source, port: settings.ikePort),
            remote: SocketAddress(acquire.destination, port: settings.ikePort))
    }

    /// The first rule in the file whose addresses, reqid and interface cover an acquire.
    private func rule(for acquire: Acquire) -> Rule? {
        rules.covering(local: acquire.source, remote: acquire.destination).first { rule in
            (rule.reqid ?? acquire.template.reqid) == acquire.template.reqid
                && (rule.interfaceID ?? acquire.interfaceID) == acquire.interfaceID
        }
    }

    /// Has an IKE SA see to a request; `false` when it cannot. One that is being negotiated for
    /// the same policy already only learns which larval SA waits now.
    private func take(_ request: ChildRequest, by sa: IKESA) -> Bool {
        switch sa.state {
        case .initiating(let initiation) where initiation.child.target == request.target:
            initiation.child.sequence = request.sequence
        case .authenticating(let state) where state.child.request.target == request.target:
            state.child.request.sequence = request.sequence
        case .established(let session):
            if case .createChild(let proposal) = session.exchange,
                proposal.request.target == request.target
            {
                proposal.request.sequence = request.sequence
                return true
            }
            fallthrough
        case .initiating, .authenticating:
            let isQueued = sa.queue.contains { task in
                if case .createChild(let other) = task {
                    other.target == request.target
                } else {
                    false
                }
            }
            if !isQueued { enqueue(.createChild(request), sa) }
        case .responding, .halfOpen, .deleting, .closed: return false
        }
        return true
    }

    /// An SA reached a lifetime. The soft one of one half comes with that of the other.
    func expire(_ expire: Expire) {
        guard expire.isHard, let (child, sa) = find(expire.id) else { return }
        notice("\(name(sa)): the lifetime of the Child SA with SPI \(child.inboundSPI) has passed")
        removeChild(child, of: sa)
        queueDelete(child.inboundSPI, protocolID: child.suite.protocolID, sa)
    }

    private func find(_ id: SADEntry.ID) -> (ChildSA, IKESA)? {
        if let sa = table.ikeSA(ofInbound: id.spi), let child = sa.child(inboundSPI: id.spi),
            child.inboundID == id
        {
            return (child, sa)
        }
        for sa in table.with(peer: id.destination) {
            if let child = sa.children.first(where: { $0.outboundID == id }) { return (child, sa) }
        }
        return nil
    }
}

// MARK: - The administrator's word

extension Engine {
    /// Puts a refreshed configuration in place. SAs of rules that are gone end; those of rules
    /// that stay, changed or not, go on.
    func refresh(_ configuration: Policy.Configuration, _ keys: PresharedKeys) {
        var byLabel: [String: Rule] = [:]
        for rule in configuration.rules { byLabel[rule.label] = rule }
        var old: [String: Rule] = [:]
        for rule in rules.rules { old[rule.label] = rule }
        rules = RuleIndex(configuration.rules)
        presharedKeys = keys
        for rule in configuration.rules {
            if let previous = old[rule.label] {
                if previous != rule { notice("refresh: rule '\(rule.label)' changed") }
            } else {
                notice("refresh: rule '\(rule.label)' added")
            }
        }
        for label in old.keys.sorted() where byLabel[label] == nil {
            notice("refresh: rule '\(label)' removed")
        }
        for sa in table.all {
            guard var session = sa.session else { continue }
            if let rule = byLabel[session.rule.label] {
                session.rule = rule
                sa.state = .established(session)
                rearm(sa)
            } else {
                deleteIKESA(sa, because: "its rule is gone")
            }
        }
    }

    /// Takes leave of every peer; ``Effect/finished`` follows when all have answered or the time
    /// for it has passed.
    func depart() {
        guard departure == nil else { return }
        departure = now + Limit.departure
        for sa in table.all {
            switch sa.state {
            case .established: deleteIKESA(sa, because: "the daemon ends")
            case .deleting: break
            case .initiating, .responding, .halfOpen, .authenticating, .closed: remove(sa)
            }
        }
    }

    /// Says once that nothing holds up the end any more.
    func finishDeparture() {
        guard !isFinished else { return }
        isFinished = true
        emit(.finished)
    }
}
