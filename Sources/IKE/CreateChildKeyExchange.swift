import IPsec
import Crypto
import Policy
import Wire

// The key exchange in CREATE_CHILD_SA (RFC 7296 §1.3): that of an IKE SA, and a Child SA's own:
// perfect forward secrecy, as childsa_pfs has it.

/// A responder's half of a key exchange, done.
struct KeyExchangeHalf {
    let method: KeyExchangeMethod
    let publicValue: [UInt8]
    let sharedSecret: Secret
}

extension Engine {
    // MARK: Initiator

    /// Takes the next step after a response to a request with a key exchange; `false` when there
    /// is none to take and the response is an answer like any other.
    func goOn(
        with contents: Contents, _ pair: KeyPair, _ proposal: ChildProposal, _ session: Session,
        sa: IKESA
    ) -> Bool {
        if let method = otherGroup(contents, pair, proposal) {
            notice("\(name(sa)): the peer wants \(method.name) for the Child SA")
            proposal.restarts += 1
            proposal.step = .generating(job: compute(.generate(method), for: sa))
        } else if contents.firstError == nil, let theirs = contents.keyExchange,
            theirs.method == pair.method
        {
            let job = compute(.derive(pair, peerValue: theirs.value), for: sa)
            proposal.step = .deriving(contents, job: job)
        } else {
            return false
        }
        begin(.createChild(proposal), session, sa: sa)
        return true
    }

    /// The group that the peer asks for instead, if we proposed it.
    private func otherGroup(
        _ contents: Contents, _ pair: KeyPair, _ proposal: ChildProposal
    ) -> KeyExchangeMethod? {
        guard let notify = contents.notify(.invalidKEPayload),
            let method = notify.keyExchangeMethod, method != pair.method,
            proposal.groups.contains(method), proposal.restarts < Initiation.mostRestarts
        else { return nil }
        return method
    }

    // MARK: Responder

    /// Hands our half of the key exchange to a worker; the request is answered afterwards.
    func beginKeyExchange(
        _ group: KeyExchangeMethod, _ contents: Contents, replacing old: ChildSA?,
        _ session: Session, nonces: Nonces, sa: IKESA
    ) throws(Refusal) {
        guard let theirs = contents.keyExchange, theirs.method == group else {
            let sent = contents.keyExchange?.method.name ?? "missing"
            throw Refusal(
                .invalidKEPayload, data: group.octets,
                "its key exchange is \(sent), we want \(group.name)")
        }
        var session = session
        session.granting = .child(
            ChildGranting(
                contents: contents, replacing: old, nonces: nonces, method: group,
                job: compute(.respond(group, peerValue: theirs.value), for: sa)))
        sa.state = .established(session)
    }

    // MARK: Both

    /// A worker is done with a job of an established SA.
    func finishKeyExchange(
        _ job: UInt32, _ outcome: JobOutcome, _ session: Session, sa: IKESA
    ) {
        if let granting = session.granting, granting.job == job {
            answer(granting, outcome, session, sa: sa)
            return
        }
        switch session.exchange {
        case .createChild(let proposal): advance(proposal, job, outcome, session, sa: sa)
        case .rekeyIKE(let rekeying): advance(rekeying, job, outcome, session, sa: sa)
        case .deleteChild, .probe, .updateAddresses, .announceAddresses, .checkReturn, nil: break
        }
    }

    private func answer(
        _ granting: Granting, _ outcome: JobOutcome, _ session: Session, sa: IKESA
    ) {
        var session = session
        session.granting = nil
        sa.state = .established(session)
        switch (granting, outcome) {
        case (.child(let granting), .response) where isReplaced(granting.replaced, of: sa):
            // Ours, which the peer had granted, was done first (RFC 7296 §2.25.1).
            debug(.phase2, "\(name(sa)): the Child SA that the peer rekeys has been rekeyed")
            respond(
                .createChildSA, [.notify(Notify(.temporaryFailure))], sa: sa, keys: session.keys)
        case (.child(let granting), .response(let publicValue, let secret)):
            grantChild(
                granting.contents, replacing: granting.replaced, session,
                nonces: granting.nonces, in: .createChildSA, answer: [],
                half: KeyExchangeHalf(
                    method: granting.method, publicValue: publicValue, sharedSecret: secret),
                sa: sa)
        case (.ikeSA(let granting), .response(let publicValue, let secret)):
            grant(granting, publicValue: publicValue, secret, session, sa: sa)
        case (_, .failed(let error)):
            let notify: NotifyType =
                if case .invalidPublicValue = error { .invalidSyntax } else { .temporaryFailure }
            // RFC 7296 §2.21.3: the peer ends the SA when it hears this.
            let isOver = notify == .invalidSyntax
            warn(
                "\(name(sa)): no new SA: key exchange: \(error)"
                    + (isOver ? "; the IKE SA ends" : ""))
            respond(.createChildSA, [.notify(Notify(notify))], sa: sa, keys: session.keys)
            if isOver { close(sa, lingering: true) }
        case (_, .keyPair), (_, .sharedSecret), (_, .signature), (_, .verdict), (_, .appraisal):
            break
        }
        advance(sa)
    }

    private func advance(
        _ proposal: ChildProposal, _ job: UInt32, _ outcome: JobOutcome, _ session: Session,
        sa: IKESA
    ) {
        switch (proposal.step, outcome) {
        case (.generating(job), .keyPair(let pair)):
            proposal.step = .offered(pair)
            sendCreateChildRequest(proposal, session, sa: sa)
            return
        case (.deriving(let contents, job), .sharedSecret(let secret)):
            let session = endExchange(session, sa: sa)
            receiveChild(
                contents, proposal, session,
                nonces: Nonces(initiator: proposal.nonce, responder: contents.nonce ?? []),
                sharedSecret: secret, sa: sa)
        case (.generating(job), .failed(let error)):
            let session = endExchange(session, sa: sa)
            refused(proposal, Refusal(.invalidKEPayload, "key exchange: \(error)"), session, sa: sa)
        case (.deriving(_, job), .failed(let error)):
            let session = endExchange(session, sa: sa)
            queueDelete(
                proposal.inboundSPI, protocolID: proposal.request.template.protocolID, sa)
            refused(proposal, Refusal(.invalidKEPayload, "key exchange: \(error)"), session, sa: sa)
        default: return
        }
        advance(sa)
    }
}

extension KeyExchangeMethod {
    /// The data of INVALID_KE_PAYLOAD (RFC 7296 §3.10.1).
    var octets: [UInt8] {
        [UInt8(truncatingIfNeeded: rawValue >> 8), UInt8(truncatingIfNeeded: rawValue)]
    }
}

extension Notify {
    /// What an error says, for the log.
    var words: String {
        guard type == .invalidKEPayload, let method = keyExchangeMethod else { return type.name }
        return "\(type.name) and wants "
            + (method == .none ? "no key exchange" : method.name)
    }

    /// The group that INVALID_KE_PAYLOAD asks for; `nil` when the data is not one.
    var keyExchangeMethod: KeyExchangeMethod? {
        guard data.count == 2, let high = data.first, let low = data.last else { return nil }
        return KeyExchangeMethod(rawValue: UInt16(high) << 8 | UInt16(low))
    }
}
