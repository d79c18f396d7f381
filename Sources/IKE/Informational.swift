import IPsec
import Net
import Policy
import Wire

// INFORMATIONAL (RFC 7296 §1.4): leave-taking, liveness, errors.

// MARK: - Initiator

extension Engine {
    /// Tells the peer that a Child SA of ours is gone, when the window is free.
    func queueDelete(_ spi: ChildSPI, protocolID: SecurityProtocol, _ sa: IKESA) {
        enqueue(.deleteChild(spi, protocolID), sa)
    }

    /// Asks whether the peer is still there (RFC 7296 §2.4).
    func probe(_ session: Session, sa: IKESA) {
        begin(.probe, session, sa: sa)
        var payloads: [Payload] = []
        if sa.nats.contains(.here), sa.mobility?.decides == true {
            // The answer tells what the NAT makes of our address (RFC 4555 §3.8).
            payloads = (try? natDetection(sa, by: sa.pair)) ?? []
        }
        request(.informational, payloads, sa: sa, keys: session.keys)
    }

    /// Tells the peer of a Child SA that is gone here already.
    func deleteChild(
        _ spi: ChildSPI, _ protocolID: SecurityProtocol, _ session: Session, sa: IKESA
    ) {
        begin(.deleteChild(spi), session, sa: sa)
        request(
            .informational, [.delete(.childSAs(protocolID, [spi]))], sa: sa, keys: session.keys)
    }

    /// The peer has answered: what it sent before that has arrived.
    func finishDeleting(_ spi: ChildSPI, sa: IKESA) {
        guard let child = sa.child(inboundSPI: spi), case .retiring = child.state else { return }
        removeChild(child, of: sa)
    }

    /// Takes leave of the peer: the SA and its Child SAs end now, and the peer is told.
    func deleteIKESA(_ sa: IKESA, because reason: String) {
        guard var session = sa.session else {
            remove(sa)
            return
        }
        notice("\(name(sa)): IKE SA deleted: \(reason)")
        removeChildren(of: sa)
        forgetTasks(of: sa)
        if session.granting != nil {
            respond(
                .createChildSA, [.notify(Notify(.temporaryFailure))], sa: sa, keys: session.keys)
        }
        session.granting = nil
        if case .rekeyIKE(let rekeying) = session.exchange, let rival = rival(of: rekeying) {
            deleteIKESA(rival.sa, because: reason)
        }
        // The peer takes requests one after another: one that is still out goes first
        // (RFC 7296 §2.3); one that is being prepared does not.
        let isFree = sa.window.outstanding == nil
        if isFree { session.exchange = nil }
        sa.state = .deleting(session)
        sa.expiry = nil
        if isFree { sendDelete(session, sa: sa) } else { rearm(sa) }
    }

    func sendDelete(_ session: Session, sa: IKESA) {
        request(.informational, [.delete(.ikeSA)], sa: sa, keys: session.keys)
    }

    /// A response has come while the SA is being deleted: to the DELETE, or to what was out before.
    func receiveResponseWhileDeleting(_ session: Session, sa: IKESA) {
        guard session.exchange != nil else {
            close(sa, lingering: false)
            return
        }
        var session = session
        session.exchange = nil
        sa.state = .deleting(session)
        sendDelete(session, sa: sa)
    }
}

// MARK: - Responder

extension Engine {
    func receiveInformationalRequest(_ contents: Contents, sa: IKESA, keys: IKEKeys) {
        if let error = contents.firstError {
            report(
                .ikeSA, .refusedByPeer(error.type), Reason("the peer reports \(error.type.name)"),
                of: sa)
        }
        // These errors need no DELETE (RFC 7296 §2.21.2).
        let isFatal = contents.notifies.contains {
            [.authenticationFailed, .invalidSyntax, .unsupportedCriticalPayload].contains($0.type)
        }
        if isFatal || contents.deletes.contains(.ikeSA) {
            let text = "\(name(sa)): the peer deleted the IKE SA"
            if case .superseded = sa.state { debug(.phase1, text) } else { notice(text) }
            respond(.informational, [], sa: sa, keys: keys)
            if !bequeath(sa) { close(sa, lingering: true) }
            return
        }
        let whereabouts = sa.remote.address
        var answer = answers(to: contents.deletes, sa: sa)
        if let session = sa.session { answer += receiveAddresses(contents, session, sa: sa) }
        respond(.informational, answer, sa: sa, keys: keys)
        // The peer might send us against somebody who has not asked for it (RFC 4555 §3.7).
        if sa.mobility != nil, sa.remote.address != whereabouts { enqueueReturnCheck(sa) }
    }

    /// The peer has deleted a Child SA.
    private func forget(_ child: ChildSA, of sa: IKESA) {
        let text = "\(name(sa)): the peer deleted the Child SA with SPI \(child.inboundSPI)"
        if successor(of: child, sa: sa) == nil { notice(text) } else { debug(.phase2, text) }
        handOver(from: child, sa: sa)
        removeChild(child, of: sa)
        // It was to take the place of one that stands: the peer could not use it, perhaps.
        if case .successor = child.state, let spi = child.predecessor {
            postpone(
                .rekeyChild(spi, attempt: 0), by: Backoff.pause(after: 0, jitter: randomJitter()),
                sa)
        }
    }

    /// Ends the Child SAs that the peer names by the SPIs at which it receives, and names ours in
    /// return (RFC 7296 §1.4.1). One that we have deleted ourselves is not there any more.
    private func answers(to deletes: [Delete], sa: IKESA) -> [Payload] {
        var answers: [Payload] = []
        for case .childSAs(let protocolID, let spis) in deletes {
            var ours: [ChildSPI] = []
            let named = Set(spis)
            if case .createChild(let proposal) = sa.session?.exchange {
                for spi in spis where !sa.children.contains(where: { $0.outboundSPI == spi }) {
                    proposal.note(deleted: spi)
                }
            }
            for child in sa.children
            where child.suite.protocolID == protocolID && named.contains(child.outboundSPI) {
                // What we are deleting ourselves is not named again (RFC 7296 §2.25.1).
                if case .retiring = child.state {} else { ours.append(child.inboundSPI) }
                forget(child, of: sa)
            }
            if !ours.isEmpty { answers.append(.delete(.childSAs(protocolID, ours))) }
        }
        return answers
    }
}
