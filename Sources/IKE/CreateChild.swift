import Crypto
import IPsec
import Net
import Policy
import Wire

// Child SAs: the payloads that ask for one and grant it, alike in IKE_AUTH (RFC 7296 §1.2) and in
// CREATE_CHILD_SA (§1.3.1).

// MARK: - Initiator

extension Engine {
    /// What we ask of the peer for traffic that met a policy.
    func propose(
        _ request: ChildRequest, replacing child: ChildSA? = nil,
        on occasion: RekeyOccasion = .lifetime, attempt: UInt8 = 0, rule: Rule,
        groups: [KeyExchangeMethod], nonce: [UInt8]
    ) -> ChildProposal {
        let spi = newChildSPI()
        let isUnique = policyAlgorithms[request.template.reqid]?.isUnique ?? false
        return ChildProposal(
            request: request, replacing: child, on: occasion, attempt: attempt, inboundSPI: spi,
            proposals: ChildNegotiation.proposals(
                for: choices(rule, request.template).transforms, groups: groups,
                template: request.template, spi: spi),
            groups: groups,
            localSelectors: child?.localSelectors
                ?? request.selectors(isUnique: isUnique) { $0.sourceTrafficSelector },
            remoteSelectors: child?.remoteSelectors
                ?? request.selectors(isUnique: isUnique) { $0.destinationTrafficSelector },
            nonce: nonce)
    }

    /// Asks for a further Child SA, or for one in place of another.
    func createChild(
        _ request: ChildRequest, replacing child: ChildSA? = nil,
        on occasion: RekeyOccasion = .lifetime, attempt: UInt8, _ session: Session, sa: IKESA
    ) {
        let groups = session.rule.pfsGroups
        let proposal = propose(
            request, replacing: child, on: occasion, attempt: attempt, rule: session.rule,
            groups: groups, nonce: randomNonce())
        begin(.createChild(proposal), session, sa: sa)
        if let method = groups.first {
            proposal.step = .generating(job: compute(.generate(method), for: sa))
        } else {
            sendCreateChildRequest(proposal, session, sa: sa)
        }
    }

    /// Sends the request, when its key exchange, if it has one, is ready.
    func sendCreateChildRequest(_ proposal: ChildProposal, _ session: Session, sa: IKESA) {
        var payloads: [Payload] = []
        if let old = proposal.replaced {
            payloads.append(
                .notify(
                    Notify(
                        protocol: old.suite.protocolID, spi: old.inboundSPI.octets, type: .rekeySA))
            )
        }
        payloads.append(.nonce(proposal.nonce))
        if case .offered(let pair) = proposal.step {
            payloads.append(
                .keyExchange(KeyExchange(method: pair.method, value: pair.publicValue)))
        }
        request(.createChildSA, payloads + proposal.payloads, sa: sa, keys: session.keys)
    }

    func receiveCreateChildResponse(
        _ contents: Contents, _ proposal: ChildProposal, _ session: Session, sa: IKESA
    ) {
        do throws(Refusal) {
            if contents.firstError == nil {
                try checkNonce(contents.nonce ?? [], ours: proposal.nonce)
            }
        } catch {
            fail(sa, "CREATE_CHILD_SA: \(error.reason)")
            return
        }
        if case .offered(let pair) = proposal.step,
            goOn(with: contents, pair, proposal, session, sa: sa)
        {
            return
        }
        receiveChild(
            contents, proposal, session,
            nonces: Nonces(initiator: proposal.nonce, responder: contents.nonce ?? []),
            sharedSecret: nil, sa: sa)
    }

    /// The peer's answer to a proposal.
    func receiveChild(
        _ contents: Contents, _ proposal: ChildProposal, _ session: Session, nonces: Nonces,
        sharedSecret: Secret?, sa: IKESA
    ) {
        do throws(Refusal) {
            if let error = contents.firstError {
                throw Refusal(
                    error.type, "the peer says \(error.words)",
                    Difference(proposed: proposal.description))
            }
            try accept(
                contents, proposal, session, nonces: nonces, sharedSecret: sharedSecret, sa: sa)
        } catch {
            // An answer that we cannot use still made an SA at the peer.
            if contents.firstError == nil, let spi = contents.proposals?.first?.spi,
                ChildSPI(octets: spi) != nil
            {
                queueDelete(
                    proposal.inboundSPI, protocolID: proposal.request.template.protocolID, sa)
            }
            refused(proposal, error, session, sa: sa)
        }
    }

    /// Nothing has come of a proposal.
    func refused(_ proposal: ChildProposal, _ refusal: Refusal, _ session: Session, sa: IKESA) {
        if proposal.replaced != nil {
            rekeyingRefused(proposal, refusal, session, sa: sa)
        } else {
            creationRefused(proposal, refusal, sa: sa)
        }
    }

    /// Looks whether the peer lets a new SA have less than the one that it replaces, which it should
    /// not (RFC 7296 §2.9.2). What still carries something is better than nothing.
    private func checkWidth(
        _ local: [TrafficSelector], _ remote: [TrafficSelector], _ proposal: ChildProposal,
        sa: IKESA
    ) throws(Refusal) {
        guard
            !TrafficSelection.isNarrowed(proposal.localSelectors, from: local)
                || !TrafficSelection.isNarrowed(proposal.remoteSelectors, from: remote)
        else { return }
        let reason =
            "the peer narrows the selectors to \(TrafficSelection.list(local)) <-> "
            + TrafficSelection.list(remote)
        switch proposal.occasion {
        case .probe: throw Refusal(.tsUnacceptable, reason)
        case .lifetime: warn("\(name(sa)): rekeying of a Child SA: \(reason)")
        }
    }

    private func creationRefused(_ proposal: ChildProposal, _ refusal: Refusal, sa: IKESA) {
        let cause = proposal.cause(of: refusal)
        guard refusal.notify == .temporaryFailure else {
            report(.childSA, cause, refusal.why, of: sa)
            return
        }
        let pause = Backoff.pause(after: proposal.attempt, jitter: randomJitter())
        report(.childSA, cause, refusal.why, of: sa, then: "; again in \(pause)")
        postpone(.createChild(proposal.request, attempt: proposal.attempt &+ 1), by: pause, sa)
    }

    private func accept(
        _ contents: Contents, _ proposal: ChildProposal, _ session: Session, nonces: Nonces,
        sharedSecret: Secret?, sa: IKESA
    ) throws(Refusal) {
        guard let answer = contents.proposals, let theirs = contents.initiatorSelectors,
            let ours = contents.responderSelectors
        else { throw Refusal(.invalidSyntax, "the answer lacks SA, TSi or TSr") }
        let request = proposal.request
        let choice = try ChildNegotiation.accept(
            answer: answer, choices: choices(session.rule, request.template),
            template: request.template,
            secrecy: proposal.groups.isEmpty ? .optional([]) : .required(proposal.groups))
        if case .offered(let pair) = proposal.step, choice.group != pair.method {
            throw Refusal(
                .invalidKEPayload, "the answer's key exchange is not \(pair.method.name)")
        }
        // Without it the SA would stand with keys that a broken IKE SA gives away.
        if let group = choice.group, sharedSecret == nil {
            throw Refusal(
                .invalidKEPayload, "the answer chooses \(group.name) and lacks its key exchange")
        }
        var local = theirs
        var remote = ours
        if contents.has(.useTransportMode), let nat = TransportNAT(sa) {
            local = nat.ours(local)
            remote = nat.theirs(remote)
        }
        guard TrafficSelection.isNarrowed(local, from: proposal.localSelectors),
            TrafficSelection.isNarrowed(remote, from: proposal.remoteSelectors)
        else {
            throw Refusal(
                .tsUnacceptable,
                "the answer's selectors \(TrafficSelection.list(local)) <-> "
                    + "\(TrafficSelection.list(remote)) are wider than the proposal")
        }
        if proposal.replaced != nil { try checkWidth(local, remote, proposal, sa: sa) }
        let mode: Mode = contents.has(.useTransportMode) ? .transport : .tunnel
        guard mode == request.target.mode else {
            throw Refusal(
                .tsUnacceptable,
                "the peer chose \(mode.name) mode, the policy wants \(request.target.mode.name)")
        }
        if proposal.deleted.contains(choice.spi) {
            // One of its own making stays in its place, if there is one.
            if standingRival(of: proposal, sa: sa) != nil { return }
            throw Refusal(.temporaryFailure, "the peer has deleted what it has just made")
        }
        let survivor = survivor(of: proposal, nonces, sa: sa)
        let child = ChildSA(
            outer: Outer(sa), inboundSPI: proposal.inboundSPI, outboundSPI: choice.spi,
            suite: choice.suite,
            target: request.target, localSelectors: local, remoteSelectors: remote,
            predecessor: proposal.predecessor(survivor)?.inboundSPI, at: now)
        let entries = try entries(
            of: child, session,
            ChildKeySource(nonces: nonces, sharedSecret: sharedSecret, role: .initiator),
            sequence: request.sequence, sa: sa)
        add(child, to: sa)
        switch survivor {
        case .ours:
            write(
                .both(inbound: entries.inbound, outbound: entries.outbound), of: child,
                then: .confirm, sa: sa)
        case .theirs:
            write(.inbound(entries.inbound), of: child, then: .confirmRedundant, sa: sa)
        }
    }
}

// MARK: - Responder

extension Engine {
    func receiveCreateChildRequest(
        _ contents: Contents, _ session: Session, sa: IKESA
    ) throws(Refusal) {
        guard departure == nil else { throw Refusal(.temporaryFailure, "we are leaving") }
        if contents.proposals?.first?.protocol == .ike {
            try receiveRekeyIKERequest(contents, session, sa: sa)
            return
        }
        if case .rekeyIKE = session.exchange {
            throw Refusal(.temporaryFailure, "the IKE SA is being rekeyed")
        }
        let old = try contents.notify(.rekeySA).map { (notify) throws(Refusal) in
            try replaced(by: notify, session, sa: sa)
        }
        let count = sa.children.count
        guard old != nil || count < Limit.children else {
            throw Refusal(.noAdditionalSAs, "the IKE SA has \(count) Child SAs")
        }
        guard count < 2 * Limit.children else {
            throw Refusal(
                .temporaryFailure, "of \(count) Child SAs those that are replaced are not deleted")
        }
        guard let nonce = contents.nonce, contents.initiatorSelectors != nil,
            contents.responderSelectors != nil
        else { throw Refusal(.invalidSyntax, "the request lacks TSi or TSr") }
        try checkNonce(nonce, ours: nil)
        let nonces = Nonces(initiator: nonce, responder: randomNonce())
        grantChild(
            contents, replacing: old, session, nonces: nonces, in: .createChildSA, answer: [],
            sa: sa)
    }

    /// Grants what can be granted, and answers the request under way: at once when nothing can,
    /// else when the key exchange is done and the kernel has taken the SAs.
    ///
    /// - Parameters:
    ///   - answer: the payloads that the answer begins with in either case.
    ///   - half: our half of the SA's own key exchange, once there is one.
    func grantChild(
        _ contents: Contents, replacing old: ChildSA? = nil, _ session: Session, nonces: Nonces,
        in exchange: ExchangeType, answer: [Payload], half: KeyExchangeHalf? = nil, sa: IKESA
    ) {
        let isInAuth = exchange == .ikeAuth
        // What has been begun with one group is not ended with another, whatever a refresh says.
        let secrecy: ChildNegotiation.Secrecy =
            if isInAuth {
                .inherited
            } else if let half {
                .required([half.method])
            } else {
                ChildNegotiation.Secrecy(session.rule)
            }
        do throws(Refusal) {
            guard let offered = contents.proposals, let remote = contents.initiatorSelectors,
                let local = contents.responderSelectors
            else { throw Refusal(.invalidSyntax, "the request lacks SA, TSi or TSr") }
            let grant = try grant(
                local: local, remote: remote,
                terms: TrafficSelection.Terms(
                    localAddress: sa.local.address, remoteAddress: sa.remote.address,
                    rule: session.rule, wantsTransport: contents.has(.useTransportMode),
                    protocols: offered.map { $0.protocol }, home: sa.home), sa: sa)
            let choices = choices(session.rule, grant.template)
            guard
                let choice = ChildNegotiation.choose(
                    offered: offered, acceptable: choices.transforms, template: grant.template,
                    secrecy: secrecy)
            else {
                throw ChildNegotiation.refusal(
                    of: offered, choices: choices, template: grant.template, secrecy: secrecy)
            }
            if let group = choice.group, half == nil {
                try beginKeyExchange(
                    group, contents, replacing: old, session, nonces: nonces, sa: sa)
                return
            }
            let spi = newChildSPI()
            var payloads = answer
            if !isInAuth { payloads.append(.nonce(nonces.responder)) }
            if let half, let group = choice.group {
                payloads.append(
                    .keyExchange(KeyExchange(method: group, value: half.publicValue)))
            }
            if grant.mode == .transport { payloads.append(.notify(Notify(.useTransportMode))) }
            payloads += [
                choice.answer(spi: spi), .initiatorTrafficSelectors(grant.remote),
                .responderTrafficSelectors(grant.local),
            ]
            let refusal = answer + [.notify(Notify(.noProposalChosen))]
            let child = ChildSA(
                outer: Outer(sa), inboundSPI: spi,
                outboundSPI: choice.spi, suite: choice.suite,
                target: ChildSA.Target(
                    mode: grant.mode, reqid: grant.template.reqid,
                    interfaceID: grant.policy.interfaceID, mark: grant.policy.mark,
                    policy: grant.policy.selector),
                localSelectors: grant.local, remoteSelectors: grant.remote,
                predecessor: old?.inboundSPI, at: now)
            let entries = try entries(
                of: child, session,
                ChildKeySource(
                    nonces: nonces, sharedSecret: half?.sharedSecret, role: .responder), sa: sa)
            add(child, to: sa)
            let answer = ChildSA.Answer(exchange: exchange, granted: payloads, refused: refusal)
            meet(child, inPlaceOf: old, nonces, session)
            if old != nil {
                write(
                    .inbound(entries.inbound), of: child,
                    then: .respondToRekeying(answer, outbound: entries.outbound), sa: sa)
            } else {
                write(
                    .both(inbound: entries.inbound, outbound: entries.outbound), of: child,
                    then: .respond(answer), sa: sa)
            }
        } catch {
            report(.childSA, .refused(error.notify), error.why, of: sa)
            respond(exchange, answer + [error.payload], sa: sa, keys: session.keys)
        }
    }
}

extension Engine {
    /// Behind a NAT the peer may mean a transport mode SA by other addresses than ours; where no
    /// policy wants that, a tunnel by those that it names (RFC 7296 §2.23.1).
    private func grant(
        local: [TrafficSelector], remote: [TrafficSelector], terms: TrafficSelection.Terms,
        sa: IKESA
    ) throws(Refusal) -> TrafficSelection.Grant {
        if terms.wantsTransport, let nat = TransportNAT(sa) {
            let seen = (local: nat.ours(local), remote: nat.theirs(remote))
            do throws(Refusal) {
                let grant = try TrafficSelection.grant(
                    local: seen.local, remote: seen.remote, terms: terms, policies: policies)
                if grant.mode == .transport { return grant }
            } catch {
                debug(.phase2, "\(name(sa)): through the NAT: \(error.reason)")
            }
        }
        return try TrafficSelection.grant(
            local: local, remote: remote, terms: terms, policies: policies)
    }
}

extension ChildProposal: CustomStringConvertible {
    /// Whose doing it is that nothing has come of it: with what the peer has refused goes what was
    /// proposed to it.
    func cause(of refusal: Refusal) -> Failure.Cause {
        refusal.why.difference?.proposed == nil
            ? .badAnswer(refusal.notify) : .refusedByPeer(refusal.notify)
    }

    /// The payloads that ask for the SA, but for the nonce.
    var payloads: [Payload] {
        var payloads: [Payload] = []
        if request.target.mode == .transport {
            payloads.append(.notify(Notify(.useTransportMode)))
        }
        payloads += [
            .securityAssociation(proposals), .initiatorTrafficSelectors(localSelectors),
            .responderTrafficSelectors(remoteSelectors),
        ]
        return payloads
    }

    var description: String {
        "\(TrafficSelection.list(localSelectors)) <-> \(TrafficSelection.list(remoteSelectors)) "
            + "in \(request.target.mode.name) mode with "
            + listed(proposals)
    }
}
