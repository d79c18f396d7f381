import Crypto
import IPsec
import Net
import Policy
import Wire

// IKE_AUTH (RFC 7296 §1.2): identities, proof of them, and the first Child SA. Signatures are made
// and checked by workers; the SA waits in a step that says for what.

// MARK: - Initiator

extension Engine {
    /// The secret of the key exchange is there: the keys follow, and our proof.
    func beginAuth(
        _ initiation: Initiation, _ suite: IKESuite, _ secret: Secret, sa: IKESA
    ) {
        let rule = initiation.rule
        let nonces = Nonces(initiator: initiation.nonce, responder: initiation.responderNonce)
        do throws(Refusal) {
            let own = try ownProof(rule, initiation.wishes, sa: sa)
            let (keys, authenticationKeys) = try initialKeys(
                suite, secret, nonces, initiatorSPI: sa.localSPI, responderSPI: sa.remoteSPI)
            let state = Authenticating(
                rule: rule, keys: keys, authenticationKeys: authenticationKeys, nonces: nonces,
                response: initiation.response, own: own,
                child: propose(initiation.child, rule: rule, groups: [], nonce: []))
            let signed = SignedOctets(
                message: initiation.request, otherNonce: nonces.responder, identity: own.identity)
            if !sa.nats.isEmpty || initiation.detectsNATs && rule.mobike {
                // From here on both sides speak on the NAT traversal port (RFC 7296 §2.23), with
                // MOBIKE even where there is no NAT yet (RFC 4555 §3.3).
                table.move(
                    sa,
                    to: AddressPair(
                        local: sa.local.with(port: settings.nattPort),
                        remote: sa.remote.with(port: settings.nattPort)))
            }
            sa.state = .authenticating(state)
            let proof = try prove(
                own, signed, prf: suite.prf, p: authenticationKeys.p(of: .initiator), sa: sa)
            if let proof { sendAuthRequest(proof, state, sa: sa) }
        } catch {
            fail(sa, "IKE_AUTH: \(error.reason)")
        }
    }

    private func initialKeys(
        _ suite: IKESuite, _ secret: Secret, _ nonces: Nonces, initiatorSPI: IKESPI,
        responderSPI: IKESPI
    ) throws(Refusal) -> (IKEKeys, AuthenticationKeys) {
        do throws(CryptoError) {
            return try KeySchedule.initial(
                primitives, suite: suite, sharedSecret: secret, nonces: nonces,
                initiatorSPI: initiatorSPI, responderSPI: responderSPI)
        } catch {
            throw Refusal(error)
        }
    }

    /// Our proof is there.
    func sendAuthRequest(_ proof: Authentication, _ state: Authenticating, sa: IKESA) {
        let rule = state.rule
        state.step = .requested
        var payloads: [Payload] = [.initiatorID(state.own.identity)]
        payloads += state.own.certificatePayloads
        if isFirstContact(sa, rule, as: state.own.identity) {
            payloads.append(.notify(Notify(.initialContact)))
        }
        payloads += certificateRequest([rule]) + methodAnnouncement([rule])
        if case .exact(let wanted)? = rule.remoteIDs.first, rule.remoteIDs.count == 1 {
            payloads.append(.responderID(wanted))
        }
        payloads.append(.authentication(proof))
        payloads += state.child.payloads + mobilitySupport(sa, rule)
        request(.ikeAuth, payloads, sa: sa, keys: state.keys)
    }

    func receiveAuthResponse(_ contents: Contents, _ state: Authenticating, sa: IKESA) {
        guard let identity = contents.responderID, let proof = contents.authentication else {
            guard let error = contents.firstError?.type else {
                fail(sa, .badAnswer(.authenticationFailed), Reason("the peer says no AUTH"))
                return
            }
            fail(sa, .refusedByPeer(error), state.refused(with: error))
            return
        }
        do throws(Refusal) {
            guard state.rule.accepts(identity, from: sa.remote.address) else {
                throw Refusal(
                    .authenticationFailed,
                    "the peer calls itself \(identity.words), the rule wants "
                        + state.rule.wanted(from: sa.remote.address))
            }
            let isWaiting = try verify(
                proof, contents, state.rule,
                SignedOctets(
                    message: state.response, otherNonce: state.nonces.initiator,
                    identity: identity), prf: state.keys.suite.prf,
                p: state.authenticationKeys.p(of: .responder), sa: sa)
            if isWaiting {
                state.step = .verifying(contents)
                rearm(sa)
            } else {
                authenticated(contents, identity, state, sa: sa)
            }
        } catch {
            disavow(identity, error, state, sa: sa)
        }
    }

    /// The peer has proved who it is.
    func authenticated(
        _ contents: Contents, _ identity: Identification, _ state: Authenticating, sa: IKESA
    ) {
        let session = Session(
            keys: state.keys, rule: state.rule,
            identities: Identities(ours: state.own.identity, peers: identity))
        agreeOnMobility(contents, state.rule, sa: sa)
        establish(sa, session)
        if contents.has(.initialContact) { forgetOthers(than: sa) }
        receiveChild(
            contents, state.child, session, nonces: state.nonces, sharedSecret: nil, sa: sa)
        planRekeyProbe(of: state.child.inboundSPI, session, sa: sa)
        advance(sa)
    }

    /// The peer takes the SA to stand; it learns otherwise (RFC 7296 §2.21.2).
    private func disavow(
        _ identity: Identification, _ refusal: Refusal, _ state: Authenticating, sa: IKESA
    ) {
        report(.ikeAuth, .badAnswer(refusal.notify), refusal.why, of: sa)
        sa.state = .deleting(
            Session(
                keys: state.keys, rule: state.rule,
                identities: Identities(ours: state.own.identity, peers: identity)))
        request(
            .informational, [refusal.payload, .delete(.ikeSA)], sa: sa, keys: state.keys)
    }

    /// A worker has done what the initiator waited for.
    func finishAuth(_ outcome: JobOutcome, _ state: Authenticating, sa: IKESA) {
        switch (state.step, outcome) {
        case (.signing, .signature(let proof)): sendAuthRequest(proof, state, sa: sa)
        case (.signing, .failed(let error)):
            fail(sa, "IKE_AUTH: our signature: \(error)")
        case (.verifying(let contents), _):
            guard let identity = contents.responderID else { return }
            do throws(Refusal) {
                if let fetch = try checkVerified(outcome, identity, state.rule, sa: sa) {
                    state.step = .fetching(contents, fetch)
                    rearm(sa)
                } else {
                    authenticated(contents, identity, state, sa: sa)
                }
            } catch {
                disavow(identity, error, state, sa: sa)
            }
        default: break
        }
    }
}

extension Authenticating {
    /// That the peer reports an error, and what an administrator can do about it.
    fileprivate func refused(with error: NotifyType) -> Reason {
        let words = "the peer says \(error.name)"
        return switch (error, own.means) {
        case (.authenticationFailed, .sharedKey):
            Reason(
                "\(words) (check the preshared keys and local_id, remote_id of both ends; ours is "
                    + "\(own.identity.words))")
        case (.authenticationFailed, .signature(let identity, _)):
            Reason(
                "\(words) (check whether it believes \(identity), and local_id, "
                    + "remote_id of both ends; ours is \(own.identity.words))")
        // Some peers let the IKE SA go with the Child SA, and prove nothing then.
        case (.noProposalChosen, _), (.tsUnacceptable, _):
            Reason(words, Difference(proposed: child.description))
        default: Reason(words)
        }
    }
}

// MARK: - Responder

extension Engine {
    func receiveAuthRequest(_ contents: Contents, _ state: HalfOpen, sa: IKESA) {
        table.endHalfOpen(sa)
        do throws(Refusal) {
            guard let identity = contents.initiatorID, let proof = contents.authentication else {
                throw Refusal(.authenticationFailed, "IDi or AUTH is missing")
            }
            let (rule, own) = try selectRule(contents, identity, proof, state, sa: sa)
            let claim = HalfOpen.Claim(contents: contents, peer: identity, rule: rule, own: own)
            let isWaiting = try verify(
                proof, contents, rule,
                SignedOctets(
                    message: state.request, otherNonce: state.nonces.responder,
                    identity: identity), prf: state.keys.suite.prf,
                p: state.authenticationKeys.p(of: .initiator), sa: sa)
            if isWaiting {
                state.step = .verifying(claim)
                rearm(sa)
            } else {
                try answer(claim, state, sa: sa)
            }
        } catch {
            refuse(error, state, sa: sa)
        }
    }

    private func refuse(_ refusal: Refusal, _ state: HalfOpen, sa: IKESA) {
        report(.ikeAuth, .refused(refusal.notify), refusal.why, of: sa, as: .unproved)
        respond(.ikeAuth, [refusal.payload], sa: sa, keys: state.keys)
        close(sa, lingering: true)
    }

    /// The peer has proved who it is; we do.
    private func answer(
        _ claim: HalfOpen.Claim, _ state: HalfOpen, sa: IKESA
    ) throws(Refusal) {
        let signed = SignedOctets(
            message: state.response, otherNonce: state.nonces.initiator,
            identity: claim.own.identity)
        let proof = try prove(
            claim.own, signed, prf: state.keys.suite.prf,
            p: state.authenticationKeys.p(of: .responder), sa: sa)
        if let proof {
            grant(claim, proof, state, sa: sa)
        } else {
            state.step = .signing(claim)
        }
    }

    private func grant(
        _ claim: HalfOpen.Claim, _ proof: Authentication, _ state: HalfOpen, sa: IKESA
    ) {
        var answer: [Payload] = [.responderID(claim.own.identity)]
        answer += claim.own.certificatePayloads
        answer.append(.authentication(proof))
        let session = Session(
            keys: state.keys, rule: claim.rule,
            identities: Identities(ours: claim.own.identity, peers: claim.peer))
        agreeOnMobility(claim.contents, claim.rule, sa: sa)
        if sa.mobility != nil { answer += mobilitySupport(sa, claim.rule) }
        establish(sa, session)
        if claim.contents.has(.initialContact) { forgetOthers(than: sa) }
        grantChild(
            claim.contents, session, nonces: state.nonces, in: .ikeAuth, answer: answer, sa: sa)
    }

    /// A worker has done what the responder waited for.
    func finishAuth(_ outcome: JobOutcome, _ state: HalfOpen, sa: IKESA) {
        do throws(Refusal) {
            switch (state.step, outcome) {
            case (.verifying(let claim), _):
                if let fetch = try checkVerified(outcome, claim.peer, claim.rule, sa: sa) {
                    state.step = .fetching(claim, fetch)
                    rearm(sa)
                } else {
                    try answer(claim, state, sa: sa)
                }
            case (.signing(let claim), .signature(let proof)):
                grant(claim, proof, state, sa: sa)
            case (.signing, .failed(let error)):
                throw Refusal(.authenticationFailed, "our signature: \(error)")
            default: break
            }
        } catch {
            refuse(error, state, sa: sa)
        }
    }
}

// MARK: - Both

extension Engine {
    /// Our AUTH payload; `nil` when a worker is to make it.
    private func prove(
        _ own: OwnProof, _ signed: SignedOctets, prf: PRF, p: SecretSlice, sa: IKESA
    ) throws(Refusal) -> Authentication? {
        do throws(CryptoError) {
            switch own.means {
            case .sharedKey(let key): return try authentication(by: key, signed, prf: prf, p: p)
            case .signature(let identity, let scheme):
                let octets = try signed.octets(primitives, prf: prf, p: p)
                compute(
                    .sign(Signing(key: identity.key, scheme: scheme, octets: octets)), for: sa)
                return nil
            }
        } catch {
            throw Refusal(error)
        }
    }

    /// Checks the peer's AUTH payload; `true` when a worker is at it.
    private func verify(
        _ proof: Authentication, _ contents: Contents, _ rule: Rule, _ signed: SignedOctets,
        prf: PRF, p: SecretSlice, sa: IKESA
    ) throws(Refusal) -> Bool {
        guard (proof.method == .sharedKey) == (rule.remoteAuthentication == .preshared) else {
            throw Refusal(
                .authenticationFailed,
                "the peer proves itself by \(proof.method.name), the rule wants "
                    + rule.remoteAuthentication.name)
        }
        if proof.method == .sharedKey {
            try verifySharedKey(proof, rule, signed, prf: prf, p: p)
            return false
        }
        compute(try verification(proof, contents, rule, signed, prf: prf, p: p), for: sa)
        return true
    }

    /// What came of the check of a signature: nothing to wait for, or what others are asked first.
    private func checkVerified(
        _ outcome: JobOutcome, _ identity: Identification, _ rule: Rule, sa: IKESA
    ) throws(Refusal) -> Fetch? {
        switch outcome {
        case .verdict(let verdict):
            take(verdict, sa: sa)
            switch verdict.decision {
            case .believed(let proven):
                try checkBinding(proven, identity, rule)
                return nil
            case .wanting(let questions, let verification):
                return fetch(questions, for: verification, sa: sa)
            case .unproved(let reason):
                throw Refusal(.authenticationFailed, "peer \(identity.words): \(reason)")
            }
        case .failed(let error): throw Refusal(error)
        case .keyPair, .sharedSecret, .response, .signature, .appraisal:
            throw Refusal(.authenticationFailed, "peer \(identity.words): nothing was verified")
        }
    }

    private func establish(_ sa: IKESA, _ session: Session) {
        sa.state = .established(session)
        table.identify(sa)
        statistics[sa.role].established += 1
        beginLife(of: sa, session.keys.suite, session.rule)
        keepAlive(sa)
        notice(
            "\(name(sa)): IKE SA established as \(sa.role.name), peer \(session.peer), "
                + "\(session.keys.suite)\(sa.nats.isEmpty ? "" : "; \(sa.nats.words)")")
    }
}
