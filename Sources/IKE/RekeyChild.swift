import Crypto
import IPsec
import Policy
import Wire

// Rekeying of Child SAs (RFC 7296 §1.3.3, §2.8): the new one stands before the old one goes.

// MARK: - Initiator

extension Engine {
    /// A Child SA is to be replaced, as soon as the window allows.
    func rekey(_ child: ChildSA, of sa: IKESA) {
        // What has been a probe is one no longer.
        if case .createChild(let proposal) = sa.session?.exchange, proposal.replaced === child {
            proposal.occasion = .lifetime
        }
        guard isToBeRekeyed(child, of: sa) else { return }
        let isQueued = sa.queue.contains { task in
            if case .rekeyChild(child.inboundSPI, .lifetime, _) = task { true } else { false }
        }
        if !isQueued { enqueue(.rekeyChild(child.inboundSPI, attempt: 0), sa) }
    }

    /// Whether nobody has replaced it yet, is about to, or has given it up.
    private func isToBeRekeyed(_ child: ChildSA, of sa: IKESA) -> Bool {
        guard child.isInstalled, successor(of: child, sa: sa) == nil, let session = sa.session
        else { return false }
        if case .createChild(let proposal) = session.exchange, proposal.replaced === child {
            return false
        }
        if case .child(let granting) = session.granting { return granting.replaced !== child }
        return true
    }

    /// Asks for a Child SA in place of another.
    func rekeyChild(
        _ spi: ChildSPI, _ occasion: RekeyOccasion, attempt: UInt8, _ session: Session, sa: IKESA
    ) {
        guard let child = sa.child(inboundSPI: spi), isToBeRekeyed(child, of: sa) else { return }
        let target = child.target
        let policy = policies.outbound.first {
            $0.selector == target.policy && $0.interfaceID == target.interfaceID
                && $0.template?.reqid == target.reqid && $0.template?.mode == target.mode
        }
        let template =
            policy?.template
            ?? Template(
                protocolID: child.suite.protocolID, mode: target.mode, reqid: target.reqid)
        createChild(
            ChildRequest(renewing: child, template: template), replacing: child, on: occasion,
            attempt: attempt, session, sa: sa)
    }

    /// Which SA stays: the one that a proposal of ours has made, or what the peer has made for the
    /// same traffic, in place of the same one, meanwhile.
    func survivor(
        of proposal: ChildProposal, _ nonces: Nonces, sa: IKESA
    ) -> Collision.Survivor {
        guard let rival = standingRival(of: proposal, sa: sa) else { return .ours }
        // The peer has taken leave of the old one already, and so settled it.
        if let old = proposal.replaced, sa.child(inboundSPI: old.inboundSPI) !== old {
            return .theirs
        }
        return Collision.survivor(ours: nonces, theirs: rival.nonces)
    }

    /// What the peer has made for the same traffic meanwhile, if it still stands.
    func standingRival(of proposal: ChildProposal, sa: IKESA) -> ChildProposal.Rival? {
        proposal.rival.flatMap { rival in
            sa.child(inboundSPI: rival.child.inboundSPI) === rival.child ? rival : nil
        }
    }

    /// The new SA carries packets both ways: we take leave of the one it replaced, and of what
    /// the peer has made in its place at the same time nothing is sent with.
    func retirePredecessor(of child: ChildSA, sa: IKESA) {
        guard let spi = child.predecessor else { return }
        for other in sa.children where other !== child && other.predecessor == spi {
            if case .successor(let outbound) = other.state {
                other.state = .redundant(outbound: outbound)
            }
        }
        guard let old = sa.child(inboundSPI: spi) else { return }
        retire(old, of: sa)
    }

    /// Sends no more with a Child SA and tells the peer that it is over; what we receive with
    /// stays until it answers.
    func retire(_ child: ChildSA, of sa: IKESA) {
        handOver(from: child, sa: sa)
        if child.isInstalled {
            emit(
                .remove(ChildSA.Removal(ids: .outbound(child.outboundID), mark: child.target.mark))
            )
        }
        child.state = .retiring
        queueDelete(child.inboundSPI, protocolID: child.suite.protocolID, sa)
    }

    /// A Child SA ends: if the peer has made another in its place, or in that of the one before, we
    /// send with that from now on, whether the peer has our answer or not. Nothing else is left to
    /// send with.
    func handOver(from child: ChildSA, sa: IKESA) {
        for heir in sa.children where heir !== child {
            switch heir.state {
            case .successor(let outbound) where heir.predecessor == child.inboundSPI,
                .redundant(let outbound) where heir.predecessor == child.predecessor:
                write(.outbound(outbound), of: heir, then: .switchOver, sa: sa)
                return
            case .installing, .installed, .successor, .redundant, .retiring: break
            }
        }
    }

    /// The peer has not replaced an SA as we asked. What stands goes on standing.
    func rekeyingRefused(
        _ proposal: ChildProposal, _ refusal: Refusal, _ session: Session, sa: IKESA
    ) {
        guard let old = proposal.replaced, let child = sa.child(inboundSPI: old.inboundSPI),
            isToBeRekeyed(child, of: sa)
        else {
            debug(
                .phase2, "\(name(sa)): rekeying of a Child SA that is no longer: \(refusal.reason)")
            return
        }
        switch refusal.notify {
        case .childSANotFound:
            // RFC 7296 §2.25.1: the peer has lost it.
            warn("\(name(sa)): the peer does not know the Child SA with SPI \(child.inboundSPI)")
            removeChild(child, of: sa)
            enqueue(.createChild(proposal.request.anew), sa)
        case let error where error != .temporaryFailure && proposal.occasion == .probe:
            probeRefused(proposal, refusal, child, session, sa: sa)
        case .noAdditionalSAs:
            // RFC 7296 §4: a peer that keeps to the least wants a new IKE SA for it.
            notice("\(name(sa)): the peer does not rekey; a new IKE SA takes the place of this one")
            initiate(session.rule, proposal.request.anew, local: sa.local, remote: sa.remote)
        default:
            let pause = Backoff.pause(after: proposal.attempt, jitter: randomJitter())
            report(
                .rekeyingChild, proposal.cause(of: refusal), refusal.why, of: sa,
                then: "; SPI \(child.inboundSPI), again in \(pause)")
            postpone(
                .rekeyChild(
                    child.inboundSPI, proposal.occasion, attempt: proposal.attempt &+ 1),
                by: pause, sa)
        }
    }
}

// MARK: - Responder

extension Engine {
    /// The SA that a request wants to replace.
    func replaced(by notify: Notify, _ session: Session, sa: IKESA) throws(Refusal) -> ChildSA {
        guard let spi = ChildSPI(octets: notify.spi),
            let child = sa.children.first(where: {
                $0.outboundSPI == spi && $0.suite.protocolID == notify.protocol
            })
        else {
            // The answer names what the request named (RFC 7296 §3.10.1).
            let answer = Notify(
                protocol: notify.protocol, spi: notify.spi, type: .childSANotFound)
            let name = ChildSPI(octets: notify.spi)?.description ?? "of a wrong length"
            throw Refusal(answer: answer, "there is no Child SA with the peer's SPI \(name)")
        }
        switch child.state {
        case .installed where successor(of: child, sa: sa) == nil: return child
        case .installed:
            throw Refusal(.temporaryFailure, "\(child.inboundSPI) has been rekeyed already")
        case .retiring, .redundant:
            throw Refusal(.temporaryFailure, "\(child.inboundSPI) is being deleted")
        case .installing, .successor:
            throw Refusal(.temporaryFailure, "\(child.inboundSPI) is not in use yet")
        }
    }

    /// Whether another has taken the place of a Child SA that the peer wants to replace, or it is
    /// being deleted, by the time that our half of the key exchange is done.
    func isReplaced(_ old: ChildSA?, of sa: IKESA) -> Bool {
        guard let old else { return false }
        if case .retiring = old.state { return true }
        return successor(of: old, sa: sa) != nil
    }

    /// The peer makes an SA for which a request of ours is out, too.
    func meet(_ child: ChildSA, inPlaceOf old: ChildSA?, _ nonces: Nonces, _ session: Session) {
        guard case .createChild(let proposal) = session.exchange, proposal.replaced === old,
            proposal.request.target == child.target
        else { return }
        proposal.rival = ChildProposal.Rival(child: child, nonces: nonces)
    }

    /// What the peer has made in place of a Child SA, if it has.
    func successor(of child: ChildSA, sa: IKESA) -> ChildSA? {
        sa.children.first { $0.predecessor == child.inboundSPI }
    }

    /// A new request of the peer shows that it has our answer to the one before: it receives with
    /// the SAs that it has made in place of others, so we send with them.
    ///
    /// While our own rekeying of the same SA is out, it is not settled which of the new ones
    /// stays, unless the peer deletes the old one: then it has not seen our request.
    func switchOver(deleting deletes: [Delete], _ session: Session, sa: IKESA) {
        for child in sa.children {
            guard case .successor(let outbound) = child.state,
                !deletes.contains(where: { $0.names(child) })
            else { continue }
            if case .createChild(let proposal) = session.exchange,
                let contested = proposal.replaced, contested.inboundSPI == child.predecessor,
                sa.child(inboundSPI: contested.inboundSPI) != nil,
                !deletes.contains(where: { $0.names(contested) })
            {
                continue
            }
            write(.outbound(outbound), of: child, then: .switchOver, sa: sa)
        }
    }
}

extension ChildProposal {
    /// The SA in whose place the new one comes.
    ///
    /// Where both ends asked for one at once, the peer may not know that what it made is redundant:
    /// it had our answer before it had our request. So we see to that.
    func predecessor(_ survivor: Collision.Survivor) -> ChildSA? {
        if let replaced { return replaced }
        return survivor == .ours ? rival?.child : nil
    }
}

extension Delete {
    /// Whether it names a Child SA by the SPI at which the peer receives.
    func names(_ child: ChildSA) -> Bool {
        guard case .childSAs(let protocolID, let spis) = self else { return false }
        return protocolID == child.suite.protocolID && spis.contains(child.outboundSPI)
    }
}
