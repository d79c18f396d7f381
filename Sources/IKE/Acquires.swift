import IPsec
import Net
import Policy
import Wire

// What the kernel says: a packet wants an SA, an SA has had its time.

extension Engine {
    /// A packet met a policy.
    func acquire(_ acquire: Acquire) {
        serve(ChildRequest(acquire), local: acquire.source, remote: acquire.destination)
    }

    /// Finds or begins the IKE SA that shall negotiate for a request.
    func serve(_ request: ChildRequest, local: IPAddress, remote: IPAddress) {
        guard departure == nil else { return }
        let target = request.target
        let covering = rules.covering(local: local, remote: remote)
        guard let rule = covering.first(where: { $0.serves(target) }) else {
            let failure = unserved(
                .noRule,
                (covering.isEmpty
                    ? "no rule covers local_addr \(local) and remote_addr \(remote)"
                    : "none of the rules that cover local_addr \(local) and remote_addr \(remote) "
                        + "serves reqid \(target.reqid) and if_id \(target.interfaceID)")
                    + ": nothing is negotiated for \(request.flow)", local, remote)
            complain(.noRule, "\(failure)")
            return
        }
        let choices = choices(rule, request.template)
        guard
            ChildNegotiation.first(
                of: choices.transforms, template: request.template, where: { _ in true }) != nil
        else {
            let failure = unserved(
                .here,
                "the policy for \(request.flow) allows no \(choices.whatIsMissing): nothing is "
                    + "negotiated", local, remote, rule)
            warn("rule '\(rule.label)': \(failure)")
            return
        }
        let candidates = table.with(peer: remote).filter { $0.rule?.label == rule.label }
        if let sa = candidates.first(where: { $0.hasMoved(from: local, remote, target) }) {
            // The packet came between the move of the SA and that of its policies.
            debug(.policy, "\(name(sa)): \(request.flow) has an SA that has moved")
            return
        }
        for sa in candidates where sa.isFor(local, remote) {
            if take(request, by: sa) { return }
        }
        initiate(
            rule, request, local: SocketAddress(local, port: settings.ikePort),
            remote: SocketAddress(remote, port: settings.ikePort))
    }

    /// Remembers that nothing is negotiated for what the kernel asks for.
    private func unserved(
        _ cause: Failure.Cause, _ words: String, _ local: IPAddress, _ remote: IPAddress,
        _ rule: Rule? = nil
    ) -> Failure {
        let failure = Failure(
            .acquire, cause, Reason(words), role: .initiator,
            pair: AddressPair(
                local: SocketAddress(local, port: settings.ikePort),
                remote: SocketAddress(remote, port: settings.ikePort)),
            rule: rule?.label, isGenuine: rule != nil, at: now)
        remember(failure)
        return failure
    }

    /// An IKE SA has failed: begins another for what the kernel still waits for. What was asked
    /// for once and refused, or never answered, waits until a packet asks again.
    func serveAnew(_ requests: [ChildRequest], of sa: IKESA) {
        for request in requests {
            serve(request.anew, local: sa.local.address, remote: sa.remote.address)
        }
    }

    /// The requests of an SA that fails for which there is still traffic.
    func unserved(of sa: IKESA) -> [ChildRequest] {
        var requests: [ChildRequest] = []
        switch sa.state {
        case .initiating(let initiation) where initiation.child.isAskedAgain:
            requests.append(initiation.child)
        case .authenticating(let state) where state.child.request.isAskedAgain:
            requests.append(state.child.request)
        case .established(let session):
            if case .createChild(let proposal) = session.exchange {
                requests.append(proposal.request)
            }
        default: break
        }
        for case .createChild(let request, _) in sa.queue { requests.append(request) }
        return requests
    }

    /// Has an IKE SA see to a request; `false` when it cannot. One that is being negotiated for
    /// the same policy already only learns which larval SA waits now.
    private func take(_ request: ChildRequest, by sa: IKESA) -> Bool {
        switch sa.state {
        case .initiating(let initiation) where initiation.child.target == request.target:
            initiation.child.askAgain(request)
        case .authenticating(let state) where state.child.request.target == request.target:
            state.child.request.askAgain(request)
        case .established(let session):
            if case .createChild(let proposal) = session.exchange,
                proposal.request.target == request.target
            {
                proposal.request.askAgain(request)
                return true
            }
            fallthrough
        case .initiating, .authenticating:
            let isQueued = sa.queue.contains { task in
                if case .createChild(let other, _) = task {
                    other.target == request.target
                } else {
                    false
                }
            }
            if !isQueued { enqueue(.createChild(request), sa) }
        case .responding, .halfOpen, .superseded, .deleting, .closed: return false
        }
        return true
    }

    /// An SA reached a lifetime. The soft one of one half comes with that of the other.
    func expire(_ expire: Expire) {
        guard let (child, sa) = find(expire.id) else { return }
        if expire.isHard {
            lifetimePassed(of: child, sa: sa)
        } else {
            rekey(child, of: sa)
        }
    }

    private func lifetimePassed(of child: ChildSA, sa: IKESA) {
        // One that has been replaced, or is being deleted, goes as it would in any case.
        handOver(from: child, sa: sa)
        if child.isInstalled, successor(of: child, sa: sa) == nil {
            notice(
                "\(name(sa)): the lifetime of the Child SA with SPI \(child.inboundSPI) has passed")
        }
        let isTold = if case .retiring = child.state { true } else { false }
        removeChild(child, of: sa)
        if !isTold { queueDelete(child.inboundSPI, protocolID: child.suite.protocolID, sa) }
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

extension IKESA {
    /// Whether policies of an outer pair mean it.
    fileprivate func isFor(_ local: IPAddress, _ remote: IPAddress) -> Bool {
        pair.isBetween(local, remote) || home.map { $0.isBetween(local, remote) } ?? false
    }

    /// Whether packets for a policy go through a Child SA of it that was between these addresses
    /// and is no more.
    fileprivate func hasMoved(
        from local: IPAddress, _ remote: IPAddress, _ target: ChildSA.Target
    ) -> Bool {
        !pair.isBetween(local, remote)
            && [home, former].contains { $0?.isBetween(local, remote) ?? false }
            && children.contains { $0.isInstalled && $0.target == target }
    }
}

extension Rule {
    /// Whether the rule is for the reqid and the interface of a policy.
    func serves(_ target: ChildSA.Target) -> Bool {
        (reqid ?? target.reqid) == target.reqid
            && (interfaceID ?? target.interfaceID) == target.interfaceID
    }
}
