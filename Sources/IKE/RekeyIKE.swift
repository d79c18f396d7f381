import Crypto
import Net
import Policy
import Wire

// Rekeying of IKE SAs (RFC 7296 §1.3.2, §2.8, §2.18): a new one inherits the Child SAs.

/// A request of ours to replace an IKE SA.
final class IKERekeying {
    enum Step {
        case generating(job: UInt32)
        case offered(KeyPair)
        case deriving(Agreement, job: UInt32)
    }

    /// What the peer has agreed to.
    struct Agreement {
        let suite: IKESuite
        let remoteSPI: IKESPI
        let nonces: Nonces
    }

    /// What the peer has made in place of the same SA meanwhile, and the nonces of that exchange.
    struct Rival {
        let sa: IKESA
        let nonces: Nonces
    }

    /// Our SPI of the new SA.
    let spi: IKESPI
    let nonce: [UInt8]
    /// The rule that the proposals come from, whatever a refresh has changed since.
    let rule: Rule
    var step: Step
    /// How often the peer has asked for another group.
    var restarts = 0
    var rival: Rival?
    /// Whether the peer has settled already that its own new SA stays, and deleted the old one.
    var isSettled = false
    /// How often the peer has asked us to come again later.
    let attempt: UInt8

    init(
        spi: IKESPI, nonce: [UInt8], rule: Rule, step: Step, attempt: UInt8
    ) {
        self.spi = spi
        self.nonce = nonce
        self.rule = rule
        self.step = step
        self.attempt = attempt
    }
}

/// The peer's request to replace an IKE SA, while a worker is at our half of its key exchange.
final class IKEGranting {
    let suite: IKESuite
    let proposalNumber: UInt8
    let remoteSPI: IKESPI
    let nonces: Nonces
    let job: UInt32

    init(
        suite: IKESuite, proposalNumber: UInt8, remoteSPI: IKESPI, nonces: Nonces, job: UInt32
    ) {
        self.suite = suite
        self.proposalNumber = proposalNumber
        self.remoteSPI = remoteSPI
        self.nonces = nonces
        self.job = job
    }
}

// MARK: - Initiator

extension Engine {
    /// Begins to replace an IKE SA.
    func rekeyIKE(attempt: UInt8, _ session: Session, sa: IKESA) {
        // The peer would decline while it waits for a Child SA (RFC 7296 §2.25.2).
        guard session.granting == nil else {
            postpone(.rekeyIKE(attempt: attempt), by: .seconds(1), sa)
            return
        }
        let transforms = session.rule.ikeTransforms
        let current = session.keys.suite.id.keyExchange
        guard
            let method = transforms.contains(where: { $0.group == current })
                ? current : transforms.first?.group
        else { return }
        let rekeying = IKERekeying(
            spi: newIKESPI(), nonce: randomNonce(), rule: session.rule,
            step: .generating(job: compute(.generate(method), for: sa)), attempt: attempt)
        begin(.rekeyIKE(rekeying), session, sa: sa)
    }

    private func sendRekeyIKERequest(
        _ rekeying: IKERekeying, _ pair: KeyPair, _ session: Session, sa: IKESA
    ) {
        rekeying.step = .offered(pair)
        let proposals = IKENegotiation.proposals(
            for: rekeying.rule.ikeTransforms, spi: rekeying.spi.octets)
        request(
            .createChildSA,
            [
                .securityAssociation(proposals), .nonce(rekeying.nonce),
                .keyExchange(KeyExchange(method: pair.method, value: pair.publicValue)),
            ], sa: sa, keys: session.keys)
    }

    func receiveRekeyIKEResponse(
        _ contents: Contents, _ rekeying: IKERekeying, _ session: Session, sa: IKESA
    ) {
        guard case .offered(let pair) = rekeying.step else { return }
        do throws(Refusal) {
            if let method = otherGroup(contents, pair, rekeying) {
                notice("\(name(sa)): the peer wants \(method.name) for the rekeying of the IKE SA")
                rekeying.restarts += 1
                rekeying.step = .generating(job: compute(.generate(method), for: sa))
                begin(.rekeyIKE(rekeying), session, sa: sa)
                return
            }
            if let error = contents.firstError {
                throw Refusal(
                    error.type, "the peer says \(error.type.name)",
                    error.type == .noProposalChosen ? Difference(proposing: rekeying.rule) : nil)
            }
            let agreement = try accept(contents, rekeying, pair)
            let job = Job.derive(pair, peerValue: contents.keyExchange?.value ?? [])
            rekeying.step = .deriving(agreement, job: compute(job, for: sa))
            begin(.rekeyIKE(rekeying), session, sa: sa)
        } catch {
            let cause: Failure.Cause =
                contents.firstError == nil
                ? .badAnswer(error.notify) : .refusedByPeer(error.notify)
            rekeyingRefused(rekeying, cause, error.why, session, sa: sa)
        }
    }

    private func otherGroup(
        _ contents: Contents, _ pair: KeyPair, _ rekeying: IKERekeying
    ) -> KeyExchangeMethod? {
        guard let method = contents.notify(.invalidKEPayload)?.keyExchangeMethod,
            method != pair.method,
            rekeying.rule.ikeTransforms.contains(where: { $0.group == method }),
            rekeying.restarts < Initiation.mostRestarts
        else { return nil }
        return method
    }

    private func accept(
        _ contents: Contents, _ rekeying: IKERekeying, _ pair: KeyPair
    ) throws(Refusal) -> IKERekeying.Agreement {
        guard let proposals = contents.proposals, let keyExchange = contents.keyExchange,
            let nonce = contents.nonce
        else { throw Refusal(.invalidSyntax, "the answer lacks SA, KE or NONCE") }
        try checkNonce(nonce, ours: rekeying.nonce)
        let id = try IKENegotiation.accept(answer: proposals, rule: rekeying.rule)
        guard keyExchange.method == pair.method, id.keyExchange == pair.method else {
            throw Refusal(
                .invalidKEPayload, "the answer's key exchange is not \(pair.method.name)")
        }
        guard let spi = proposals.first.flatMap({ IKESPI(octets: $0.spi) }), spi != .zero else {
            throw Refusal(.invalidSyntax, "the answer lacks the new IKE SA's SPI")
        }
        guard let suite = suite(id) else {
            throw Refusal(.noProposalChosen, "libcrypto lacks an algorithm of the answer")
        }
        return IKERekeying.Agreement(
            suite: suite, remoteSPI: spi,
            nonces: Nonces(initiator: rekeying.nonce, responder: nonce))
    }

    /// A worker is done with a job of our request.
    func advance(
        _ rekeying: IKERekeying, _ job: UInt32, _ outcome: JobOutcome, _ session: Session,
        sa: IKESA
    ) {
        switch (rekeying.step, outcome) {
        case (.generating(job), .keyPair(let pair)):
            sendRekeyIKERequest(rekeying, pair, session, sa: sa)
        case (.deriving(let agreement, job), .sharedSecret(let secret)):
            finish(rekeying, agreement, secret, endExchange(session, sa: sa), sa: sa)
        case (.generating(job), .failed(let error)), (.deriving(_, job), .failed(let error)):
            rekeyingRefused(
                rekeying, .here, Reason("key exchange: \(error)"), endExchange(session, sa: sa),
                sa: sa)
        default: break
        }
    }

    private func finish(
        _ rekeying: IKERekeying, _ agreement: IKERekeying.Agreement, _ secret: Secret,
        _ session: Session, sa: IKESA
    ) {
        let new: IKESA
        do throws(CryptoError) {
            new = try newSA(
                inPlaceOf: sa, session, agreement.suite, secret, agreement.nonces,
                role: .initiator, localSPI: rekeying.spi, remoteSPI: agreement.remoteSPI)
        } catch {
            rekeyingRefused(
                rekeying, .here, Reason("key schedule: \(error)"), session, sa: sa)
            return
        }
        // The peer sent its own request before it saw ours, and sees now that it is late.
        if case .ikeSA = session.granting {
            respond(
                .createChildSA, [.notify(Notify(.temporaryFailure))], sa: sa, keys: session.keys)
        }
        table.insert(new)
        if let rival = rival(of: rekeying) {
            if rekeying.isSettled {
                inherit(from: sa, to: rival.sa)
                close(sa, lingering: true)
            } else if case .theirs = Collision.survivor(
                ours: agreement.nonces, theirs: rival.nonces)
            {
                replace(sa, with: rival.sa)
            } else {
                supersede(rival.sa)
            }
        }
        guard sa.session != nil else {
            deleteIKESA(new, because: "the peer has rekeyed at the same time")
            return
        }
        inherit(from: sa, to: new)
        sa.state = .deleting(
            Session(keys: session.keys, rule: session.rule, identities: session.identities))
        sa.expiry = nil
        statistics.rekeyedIKESAs += 1
        notice("\(name(new)): IKE SA rekeyed as \(new.role.name), \(agreement.suite)")
        sendDelete(session, sa: sa)
        advance(new)
    }

    /// What the peer has made in place of the SA that we rekey, if it still stands.
    func rival(of rekeying: IKERekeying) -> IKERekeying.Rival? {
        rekeying.rival.flatMap { rival in
            table[rival.sa.localSPI] === rival.sa && rival.sa.session != nil ? rival : nil
        }
    }

    private func rekeyingRefused(
        _ rekeying: IKERekeying, _ cause: Failure.Cause, _ reason: Reason, _ session: Session,
        sa: IKESA
    ) {
        if rekeying.isSettled {
            close(sa, lingering: true)
            return
        }
        if let rival = rival(of: rekeying) {
            replace(sa, with: rival.sa)
            return
        }
        // The peer's request is in work: it takes the place of ours.
        if case .ikeSA = session.granting { return }
        let pause = Backoff.pause(after: rekeying.attempt, jitter: randomJitter())
        report(
            .rekeyingIKE, cause, reason, of: sa, then: "; again in \(pause)")
        postpone(.rekeyIKE(attempt: rekeying.attempt &+ 1), by: pause, sa)
    }
}

// MARK: - Responder

extension Engine {
    func receiveRekeyIKERequest(
        _ contents: Contents, _ session: Session, sa: IKESA
    ) throws(Refusal) {
        switch session.exchange {
        case .createChild, .deleteChild:
            throw Refusal(.temporaryFailure, "a Child SA of it is being changed")
        case .updateAddresses:
            throw Refusal(.temporaryFailure, "its addresses are being changed")
        case .rekeyIKE, .probe, .announceAddresses, .checkReturn, nil: break
        }
        let replaced = table.with(session.identities).count { $0.isSuperseded }
        guard replaced < Limit.replaced else {
            throw Refusal(
                .temporaryFailure,
                "the peer has not deleted \(replaced) IKE SAs that it has replaced")
        }
        guard let offered = contents.proposals, let keyExchange = contents.keyExchange,
            let nonce = contents.nonce
        else { throw Refusal(.invalidSyntax, "the request lacks KE") }
        try checkNonce(nonce, ours: nil)
        guard
            let choice = IKENegotiation.choose(
                offered: offered, acceptable: session.rule.ikeTransforms),
            let suite = suite(choice.suite)
        else {
            throw Refusal(
                .noProposalChosen, "",
                IKENegotiation.disagreement(with: offered, rules: [session.rule]))
        }
        let method = suite.id.keyExchange
        guard keyExchange.method == method else {
            throw Refusal(
                .invalidKEPayload, data: method.octets,
                "its key exchange is \(keyExchange.method.name), we want \(method.name)")
        }
        let proposal = offered.first { $0.number == choice.number }
        guard let spi = proposal.flatMap({ IKESPI(octets: $0.spi) }), spi != .zero else {
            throw Refusal(.invalidSyntax, "the proposal lacks the new IKE SA's SPI")
        }
        var session = session
        session.granting = .ikeSA(
            IKEGranting(
                suite: suite, proposalNumber: choice.number, remoteSPI: spi,
                nonces: Nonces(initiator: nonce, responder: randomNonce()),
                job: compute(.respond(method, peerValue: keyExchange.value), for: sa)))
        sa.state = .established(session)
    }

    /// A worker has made our half of the key exchange.
    func grant(
        _ granting: IKEGranting, publicValue: [UInt8], _ secret: Secret, _ session: Session,
        sa: IKESA
    ) {
        let new: IKESA
        do throws(CryptoError) {
            new = try newSA(
                inPlaceOf: sa, session, granting.suite, secret, granting.nonces,
                role: .responder, localSPI: newIKESPI(), remoteSPI: granting.remoteSPI)
        } catch {
            warn("\(name(sa)): the IKE SA is not rekeyed: key schedule: \(error)")
            respond(
                .createChildSA, [.notify(Notify(.temporaryFailure))], sa: sa, keys: session.keys)
            return
        }
        respond(
            .createChildSA,
            [
                .securityAssociation([
                    Proposal(
                        number: granting.proposalNumber, protocol: .ike, spi: new.localSPI.octets,
                        transforms: granting.suite.transforms)
                ]), .nonce(granting.nonces.responder),
                .keyExchange(
                    KeyExchange(method: granting.suite.id.keyExchange, value: publicValue)),
            ], sa: sa, keys: session.keys)
        table.insert(new)
        rearm(new)
        if case .rekeyIKE(let rekeying) = session.exchange {
            rekeying.rival = IKERekeying.Rival(sa: new, nonces: granting.nonces)
            // Ours has not left yet: then it need not.
            if case .generating = rekeying.step {
                replace(sa, with: new)
            }
        } else {
            replace(sa, with: new)
        }
    }

    /// An SA that the peer has made takes the place of another, which the peer will delete.
    private func replace(_ old: IKESA, with new: IKESA) {
        inherit(from: old, to: new)
        supersede(old)
        statistics.rekeyedIKESAs += 1
        notice("\(name(new)): IKE SA rekeyed as \(new.role.name)")
        advance(new)
    }
}

// MARK: - Both

extension Engine {
    private func newSA(
        inPlaceOf old: IKESA, _ session: Session, _ suite: IKESuite, _ secret: Secret,
        _ nonces: Nonces, role: Role, localSPI: IKESPI, remoteSPI: IKESPI
    ) throws(CryptoError) -> IKESA {
        let keys = try KeySchedule.rekeyed(
            primitives, old: session.keys, suite: suite, sharedSecret: secret, nonces: nonces,
            initiatorSPI: role == .initiator ? localSPI : remoteSPI,
            responderSPI: role == .initiator ? remoteSPI : localSPI)
        let new = IKESA(
            localSPI: localSPI, remoteSPI: remoteSPI, role: role, pair: old.pair,
            state: .established(
                Session(keys: keys, rule: session.rule, identities: session.identities)),
            at: now)
        new.home = old.home
        new.mobility = old.mobility
        new.nats = old.nats
        keepAlive(new)
        new.fragmentation = old.fragmentation?.anew
        beginLife(of: new, suite, session.rule)
        return new
    }

    /// The Child SAs, and what is to be done with them, go over to another IKE SA.
    private func inherit(from old: IKESA, to new: IKESA) {
        for child in old.children { table.insert(child, of: new) }
        new.children += old.children
        old.children = []
        new.queue += old.queue.filter { !$0.isRekeyingOfIKE }
        new.postponed += old.postponed.filter { !$0.task.isRekeyingOfIKE }
        forgetTasks(of: old)
    }

    /// The peer is to delete it: another stays in its place.
    private func supersede(_ sa: IKESA) {
        guard let session = sa.session else { return }
        sa.state = .superseded(
            Session(keys: session.keys, rule: session.rule, identities: session.identities))
        sa.expiry = now + Limit.superseded
        rearm(sa)
    }

    /// The SA ends while the peer has made another in its place: what it holds goes there. `true`
    /// when our own is still in work, which the peer has, and is to hear that it does not stay.
    func bequeath(_ sa: IKESA) -> Bool {
        guard case .rekeyIKE(let rekeying)? = sa.session?.exchange,
            let rival = rival(of: rekeying)
        else { return false }
        inherit(from: sa, to: rival.sa)
        advance(rival.sa)
        guard case .deriving = rekeying.step else { return false }
        rekeying.isSettled = true
        return true
    }
}

extension IKESA {
    /// Whether the peer is to delete it, having made another in its place.
    fileprivate var isSuperseded: Bool {
        if case .superseded = state { true } else { false }
    }
}

extension Task {
    fileprivate var isRekeyingOfIKE: Bool {
        if case .rekeyIKE = self { true } else { false }
    }
}
