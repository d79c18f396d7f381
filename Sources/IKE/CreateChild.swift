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
        _ request: ChildRequest, rule: Rule, groups: [KeyExchangeMethod], nonce: [UInt8]
    ) -> ChildProposal {
        let spi = newChildSPI()
        return ChildProposal(
            request: request, inboundSPI: spi,
            proposals: ChildNegotiation.proposals(
                for: rule.childTransforms, groups: groups, template: request.template, spi: spi),
            groups: groups, localSelectors: request.selectors { $0.sourceTrafficSelector },
            remoteSelectors: request.selectors { $0.destinationTrafficSelector }, nonce: nonce)
    }

    /// Asks for a further Child SA.
    func createChild(_ request: ChildRequest, _ session: Session, sa: IKESA) {
        let groups = session.rule.pfsGroups
        let proposal = propose(
            request, rule: session.rule, groups: groups, nonce: randomNonce())
        var session = session
        session.exchange = .createChild(proposal)
        sa.state = .established(session)
        if let method = groups.first {
            proposal.step = .generating(job: compute(.generate(method), for: sa))
        } else {
            sendCreateChildRequest(proposal, session, sa: sa)
        }
    }

    /// Sends the request, when its key exchange, if it has one, is ready.
    func sendCreateChildRequest(_ proposal: ChildProposal, _ session: Session, sa: IKESA) {
        var payloads: [Payload] = [.nonce(proposal.nonce)]
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
                    error.type,
                    "the peer says \(error.words); we proposed "
                        + proposal.description)
            }
            try accept(
                contents, proposal, session, nonces: nonces, sharedSecret: sharedSecret, sa: sa)
        } catch {
            warn("\(name(sa)): no Child SA: \(error.reason)")
            // An answer that we cannot use still made an SA at the peer.
            if contents.firstError == nil, let spi = contents.proposals?.first?.spi,
                ChildSPI(octets: spi) != nil
            {
                queueDelete(
                    proposal.inboundSPI, protocolID: proposal.request.template.protocolID, sa)
            }
        }
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
            answer: answer, rule: session.rule, template: request.template,
            secrecy: proposal.groups.isEmpty ? .optional([]) : .required(proposal.groups))
        if case .offered(let pair) = proposal.step, choice.group != pair.method {
            throw Refusal(
                .invalidKEPayload, "the answer's key exchange is not \(pair.method.name)")
        }
        let local = theirs
        let remote = ours
        guard TrafficSelection.isNarrowed(local, from: proposal.localSelectors),
            TrafficSelection.isNarrowed(remote, from: proposal.remoteSelectors)
        else {
            throw Refusal(
                .tsUnacceptable,
                "the answer's selectors \(TrafficSelection.list(local)) <-> "
                    + "\(TrafficSelection.list(remote)) are wider than the proposal")
        }
        let mode: Mode = contents.has(.useTransportMode) ? .transport : .tunnel
        guard mode == request.target.mode else {
            throw Refusal(
                .tsUnacceptable,
                "the peer chose \(mode.name) mode, the policy wants \(request.target.mode.name)")
        }
        let child = ChildSA(
            state: .installing(.confirm), localAddress: sa.local.address,
            remoteAddress: sa.remote.address, inboundSPI: proposal.inboundSPI,
            outboundSPI: choice.spi, suite: choice.suite, target: request.target,
            localSelectors: local, remoteSelectors: remote)
        try install(
            child, session, nonces: nonces, sharedSecret: sharedSecret, ourRole: .initiator,
            sequence: request.sequence, sa: sa)
    }
}

// MARK: - Responder

extension Engine {
    func receiveCreateChildRequest(
        _ contents: Contents, _ session: Session, sa: IKESA
    ) throws(Refusal) {
        // RFC 7296 §4 lets an implementation decline what it does not do; the peer then makes
        // new SAs in place of the old.
        if contents.has(.rekeySA) {
            throw Refusal(.noAdditionalSAs, "Child SAs are replaced, not rekeyed")
        }
        guard contents.proposals?.first?.protocol != .ike else {
            throw Refusal(.noAdditionalSAs, "IKE SAs are replaced, not rekeyed")
        }
        guard departure == nil else { throw Refusal(.temporaryFailure, "we are leaving") }
        guard sa.children.count < Limit.children else {
            throw Refusal(.noAdditionalSAs, "the IKE SA has \(sa.children.count) Child SAs")
        }
        guard let nonce = contents.nonce, contents.initiatorSelectors != nil,
            contents.responderSelectors != nil
        else { throw Refusal(.invalidSyntax, "the request lacks TSi or TSr") }
        try checkNonce(nonce, ours: nil)
        let nonces = Nonces(initiator: nonce, responder: randomNonce())
        grantChild(contents, session, nonces: nonces, in: .createChildSA, answer: [], sa: sa)
    }

    /// Grants what can be granted, and answers the request under way: at once when nothing can,
    /// else when the key exchange is done and the kernel has taken the SAs.
    ///
    /// - Parameters:
    ///   - answer: the payloads that the answer begins with in either case.
    ///   - half: our half of the SA's own key exchange, once there is one.
    func grantChild(
        _ contents: Contents, _ session: Session, nonces: Nonces, in exchange: ExchangeType,
        answer: [Payload], half: KeyExchangeHalf? = nil, sa: IKESA
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
            let grant = try TrafficSelection.grant(
                local: local, remote: remote,
                terms: TrafficSelection.Terms(
                    localAddress: sa.local.address, remoteAddress: sa.remote.address,
                    rule: session.rule, wantsTransport: contents.has(.useTransportMode),
                    protocols: offered.map { $0.protocol }), policies: policies)
            guard
                let choice = ChildNegotiation.choose(
                    offered: offered, acceptable: session.rule.childTransforms,
                    template: grant.template,
                    secrecy: secrecy)
            else {
                throw ChildNegotiation.refusal(
                    of: offered, rule: session.rule, template: grant.template, secrecy: secrecy)
            }
            if let group = choice.group, half == nil {
                try beginKeyExchange(group, contents, session, nonces: nonces, sa: sa)
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
                state: .installing(
                    .respond(
                        ChildSA.Answer(exchange: exchange, granted: payloads, refused: refusal))),
                localAddress: sa.local.address, remoteAddress: sa.remote.address, inboundSPI: spi,
                outboundSPI: choice.spi, suite: choice.suite,
                target: ChildSA.Target(
                    mode: grant.mode, reqid: grant.template.reqid,
                    interfaceID: grant.policy.interfaceID, mark: grant.policy.mark,
                    policy: grant.policy.selector),
                localSelectors: grant.local, remoteSelectors: grant.remote)
            try install(
                child, session, nonces: nonces, sharedSecret: half?.sharedSecret,
                ourRole: .responder, sequence: 0, sa: sa)
        } catch {
            warn("\(name(sa)): no Child SA: \(error.notify.name): \(error.reason)")
            respond(exchange, answer + [error.payload], sa: sa, keys: session.keys)
        }
    }
}

// MARK: - Both

extension Engine {
    /// Derives the keys and asks the kernel to take both SAs.
    private func install(
        _ child: ChildSA, _ session: Session, nonces: Nonces, sharedSecret: Secret?,
        ourRole: Role, sequence: UInt32, sa: IKESA
    ) throws(Refusal) {
        let keys: ChildKeys
        do throws(CryptoError) {
            keys = try KeySchedule.child(
                primitives, keys: session.keys, suite: child.suite, sharedSecret: sharedSecret,
                nonces: nonces)
        } catch {
            throw Refusal(error)
        }
        sa.children.append(child)
        table.insert(child, of: sa)
        let reference = ChildSA.Reference(ikeSA: sa.localSPI, inboundSPI: child.inboundSPI)
        emit(
            .install(
                ChildSA.Installation(
                    reference: reference,
                    inbound: entry(
                        .inbound, child, session.rule, keys, sender: ourRole.other,
                        sequence: 0, sa: sa),
                    outbound: entry(
                        .outbound, child, session.rule, keys, sender: ourRole,
                        sequence: sequence, sa: sa))))
    }

    private func entry(
        _ direction: SADEntry.Direction, _ child: ChildSA, _ rule: Rule, _ keys: ChildKeys,
        sender: Role, sequence: UInt32, sa: IKESA
    ) -> SADEntry {
        let isInbound = direction == .inbound
        let selector = TrafficSelection.kernelSelector(
            local: child.localSelectors, remote: child.remoteSelectors,
            policy: child.target.policy)
        let (from, to) =
            isInbound ? (sa.remote.port, sa.local.port) : (sa.local.port, sa.remote.port)
        return SADEntry(
            direction: direction, source: isInbound ? child.remoteAddress : child.localAddress,
            id: isInbound ? child.inboundID : child.outboundID, mode: child.target.mode,
            reqid: child.target.reqid, interfaceID: child.target.interfaceID,
            mark: child.target.mark, selector: isInbound ? selector?.reversed : selector,
            suite: child.suite, encryptionKey: keys.encryption(of: sender),
            integrityKey: keys.integrity(of: sender),
            encapsulation: sa.isBehindNAT
                ? SADEntry.UDPEncapsulation(sourcePort: from, destinationPort: to) : nil,
            lifetime: SADEntry.Lifetime(rule.lifetimes), sequence: sequence)
    }

    /// The kernel has answered an ``Effect/install(_:)``.
    func complete(_ reference: ChildSA.Reference, refusal: String?) {
        guard let sa = table[reference.ikeSA], let session = sa.session,
            let child = sa.child(inboundSPI: reference.inboundSPI),
            case .installing(let completion) = child.state
        else { return }
        if let refusal {
            warn("\(name(sa)): no Child SA: \(refusal)")
            drop(child, of: sa)
        } else {
            child.state = .installed
            notice("\(name(sa)): Child SA established: \(child)")
        }
        switch completion {
        case .respond(let answer):
            respond(
                answer.exchange, refusal == nil ? answer.granted : answer.refused, sa: sa,
                keys: session.keys)
        case .confirm:
            if refusal != nil {
                queueDelete(child.inboundSPI, protocolID: child.suite.protocolID, sa)
            }
        }
        advance(sa)
    }

    /// Takes a Child SA out of our books, not out of the kernel.
    func drop(_ child: ChildSA, of sa: IKESA) {
        sa.children.removeAll { $0 === child }
        table.remove(child)
    }
}

extension ChildProposal: CustomStringConvertible {
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

extension SADEntry.Lifetime {
    /// The kernel's part of a rule's lifetimes.
    init(_ lifetimes: Lifetimes) {
        self.init(
            softSeconds: UInt64(lifetimes.childSoftSeconds),
            hardSeconds: UInt64(lifetimes.childSeconds),
            softOctets: lifetimes.childSoftKilobytes.map(Self.octets),
            hardOctets: lifetimes.childKilobytes.map(Self.octets))
    }

    private static func octets(kilobytes: UInt64) -> UInt64 {
        let (octets, overflow) = kilobytes.multipliedReportingOverflow(by: 1024)
        return overflow ? .max : octets
    }
}
