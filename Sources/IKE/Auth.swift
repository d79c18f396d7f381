import Crypto
import IPsec
import Net
import Policy
import Wire

// IKE_AUTH (RFC 7296 §1.2): identities, proof of them, and the first Child SA.

// MARK: - Initiator

extension Engine {
    func sendAuthRequest(
        _ initiation: Initiation, _ suite: IKESuite, _ secret: Secret, sa: IKESA
    ) {
        let rule = initiation.rule
        guard let key = presharedKeys[rule.label]?.local else {
            fail(sa, "there is no local preshared key for the rule")
            return
        }
        let nonces = Nonces(initiator: initiation.nonce, responder: initiation.responderNonce)
        do throws(CryptoError) {
            let (keys, authenticationKeys) = try KeySchedule.initial(
                primitives, suite: suite, sharedSecret: secret, nonces: nonces,
                initiatorSPI: sa.localSPI, responderSPI: sa.remoteSPI)
            let identity = localIdentity(rule, sa: sa)
            let code = try SharedKeyAuthentication.code(
                primitives, prf: suite.prf, key: key, p: authenticationKeys.p(of: .initiator),
                signed: SharedKeyAuthentication.SignedOctets(
                    message: initiation.request, otherNonce: nonces.responder, identity: identity))
            let child = propose(initiation.child, rule: rule, groups: [], nonce: [])
            if !sa.nats.isEmpty || initiation.detectsNATs && rule.mobike {
                // From here on both sides speak on the NAT traversal port (RFC 7296 §2.23), with
                // MOBIKE even where there is no NAT yet (RFC 4555 §3.3).
                table.move(
                    sa,
                    to: AddressPair(
                        local: sa.local.with(port: settings.nattPort),
                        remote: sa.remote.with(port: settings.nattPort)))
            }
            sa.state = .authenticating(
                Authenticating(
                    rule: rule, keys: keys, authenticationKeys: authenticationKeys,
                    nonces: nonces, response: initiation.response, child: child))
            var payloads: [Payload] = [.initiatorID(identity)]
            if isFirstContact(sa, rule) { payloads.append(.notify(Notify(.initialContact))) }
            if case .exact(let wanted)? = rule.remoteIDs.first, rule.remoteIDs.count == 1 {
                payloads.append(.responderID(wanted))
            }
            payloads.append(
                .authentication(
                    Authentication(method: .sharedKey, data: code.revealed())))
            payloads += child.payloads + mobilitySupport(sa, rule)
            request(.ikeAuth, payloads, sa: sa, keys: keys)
        } catch {
            fail(sa, "IKE_AUTH: \(error)")
        }
    }

    func receiveAuthResponse(_ contents: Contents, _ state: Authenticating, sa: IKESA) {
        guard let identity = contents.responderID, let proof = contents.authentication else {
            let error = contents.firstError?.type.name ?? "no AUTH"
            fail(sa, "IKE_AUTH: the peer says \(error)\(advice(contents.firstError?.type, state))")
            return
        }
        let identities = Identities(ours: localIdentity(state.rule, sa: sa), peers: identity)
        do throws(Refusal) {
            guard accepts(identity, state.rule, sa: sa) else {
                throw Refusal(
                    .authenticationFailed,
                    "the peer calls itself \(identity), the rule wants \(wanted(state.rule, sa))")
            }
            try verify(
                proof, rule: state.rule, suite: state.keys.suite,
                p: state.authenticationKeys.p(of: .responder),
                signed: SharedKeyAuthentication.SignedOctets(
                    message: state.response, otherNonce: state.nonces.initiator,
                    identity: identity))
        } catch {
            // The peer takes the SA to stand; it learns otherwise (RFC 7296 §2.21.2).
            warn("\(name(sa)): IKE_AUTH: \(error.reason)")
            sa.state = .deleting(
                Session(keys: state.keys, rule: state.rule, identities: identities))
            request(
                .informational, [error.payload, .delete(.ikeSA)], sa: sa, keys: state.keys)
            return
        }
        let session = Session(keys: state.keys, rule: state.rule, identities: identities)
        agreeOnMobility(contents, state.rule, sa: sa)
        establish(sa, session)
        if contents.has(.initialContact) { forgetOthers(than: sa) }
        receiveChild(
            contents, state.child, session, nonces: state.nonces, sharedSecret: nil, sa: sa)
        planRekeyProbe(of: state.child.inboundSPI, session, sa: sa)
        advance(sa)
    }

    /// What an administrator can do about an error that the peer reports.
    private func advice(_ error: NotifyType?, _ state: Authenticating) -> String {
        switch error {
        case .authenticationFailed:
            " (check the preshared keys and local_id, remote_id of both ends)"
        // Some peers let the IKE SA go with the Child SA, and prove nothing then.
        case .noProposalChosen, .tsUnacceptable: "; we proposed \(state.child.description)"
        default: ""
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
            let rule = try selectRule(contents, identity, proof, state, sa: sa)
            try verify(
                proof, rule: rule, suite: state.keys.suite,
                p: state.authenticationKeys.p(of: .initiator),
                signed: SharedKeyAuthentication.SignedOctets(
                    message: state.request, otherNonce: state.nonces.responder,
                    identity: identity))
            var answer = try prove(rule, state, sa: sa)
            let session = Session(
                keys: state.keys, rule: rule,
                identities: Identities(ours: localIdentity(rule, sa: sa), peers: identity))
            agreeOnMobility(contents, rule, sa: sa)
            if sa.mobility != nil { answer += mobilitySupport(sa, rule) }
            establish(sa, session)
            if contents.has(.initialContact) { forgetOthers(than: sa) }
            grantChild(
                contents, session, nonces: state.nonces, in: .ikeAuth, answer: answer, sa: sa)
        } catch {
            warn(
                sa, .unproved,
                "\(sa.remote): IKE_AUTH request refused with \(error.notify.name): \(error.reason)")
            respond(.ikeAuth, [error.payload], sa: sa, keys: state.keys)
            close(sa, lingering: true)
        }
    }

    /// The first rule in the file that takes the initiator's identity, the responder's identity
    /// if it names one, and its way of proving itself.
    private func selectRule(
        _ contents: Contents, _ identity: Identification, _ proof: Authentication,
        _ state: HalfOpen, sa: IKESA
    ) throws(Refusal) -> Rule {
        // The request may have come from another address than IKE_SA_INIT (RFC 7296 §2.23).
        let byPeer = state.candidates.filter {
            $0.covers(local: sa.local.address, remote: sa.remote.address)
                && accepts(identity, $0, sa: sa)
        }
        guard !byPeer.isEmpty else {
            let known = state.candidates.map { "rule '\($0.label)' wants \(wanted($0, sa))" }
            throw Refusal(
                .authenticationFailed,
                "the peer calls itself \(identity); " + listed(known, separator: ", ")
                    + (hears(.unproved) ? passedBy(identity, state, sa: sa) : ""))
        }
        var rules = byPeer
        if let wish = contents.responderID {
            rules = rules.filter { localIdentity($0, sa: sa) == wish }
            guard !rules.isEmpty else {
                let ours = byPeer.map { "rule '\($0.label)' is \(localIdentity($0, sa: sa))" }
                throw Refusal(
                    .authenticationFailed,
                    "peer \(identity) wants to speak to \(wish); " + listed(ours, separator: ", "))
            }
        }
        guard proof.method == .sharedKey else {
            throw Refusal(
                .authenticationFailed,
                "peer \(identity) proves itself by \(proof.method.name), not by a preshared key")
        }
        guard
            let rule = rules.first(where: {
                $0.remoteAuthentication == .preshared && $0.localAuthentication == .preshared
                    && presharedKeys[$0.label] != nil
            })
        else {
            let labels = listed(rules.map { "'\($0.label)'" }, separator: ", ")
            throw Refusal(
                .authenticationFailed,
                "there is no preshared key for peer \(identity) in rule \(labels)")
        }
        return rule
    }

    /// A rule that takes the peer's identity and would have served, had IKE_SA_INIT not agreed on
    /// another rule's algorithms; empty when there is none.
    private func passedBy(
        _ identity: Identification, _ state: HalfOpen, sa: IKESA
    ) -> String {
        let agreed = Proposal(
            number: 1, protocol: .ike, spi: [], transforms: state.keys.suite.transforms)
        for rule in rules.covering(local: sa.local.address, remote: sa.remote.address)
        where accepts(identity, rule, sa: sa) {
            let miss = NearestMiss.words(
                offered: [agreed], acceptable: Acceptable.list(rule), in: .agreement)
            if !miss.isEmpty {
                return "; rule '\(rule.label)' takes it, but not the algorithms agreed" + miss
            }
        }
        return ""
    }

    /// IDr and AUTH.
    private func prove(
        _ rule: Rule, _ state: HalfOpen, sa: IKESA
    ) throws(Refusal) -> [Payload] {
        guard let key = presharedKeys[rule.label]?.local else {
            throw Refusal(.authenticationFailed, "there is no local preshared key for the rule")
        }
        let identity = localIdentity(rule, sa: sa)
        do throws(CryptoError) {
            let code = try SharedKeyAuthentication.code(
                primitives, prf: state.keys.suite.prf, key: key,
                p: state.authenticationKeys.p(of: .responder),
                signed: SharedKeyAuthentication.SignedOctets(
                    message: state.response, otherNonce: state.nonces.initiator,
                    identity: identity))
            return [
                .responderID(identity),
                .authentication(Authentication(method: .sharedKey, data: code.revealed())),
            ]
        } catch {
            throw Refusal(error)
        }
    }
}

// MARK: - Both

extension Engine {
    private func verify(
        _ proof: Authentication, rule: Rule, suite: IKESuite, p: SecretSlice,
        signed: SharedKeyAuthentication.SignedOctets
    ) throws(Refusal) {
        guard proof.method == .sharedKey, rule.remoteAuthentication == .preshared else {
            throw Refusal(
                .authenticationFailed,
                "the peer proves itself by \(proof.method.name), the rule wants "
                    + rule.remoteAuthentication.name)
        }
        guard let key = presharedKeys[rule.label]?.remote else {
            throw Refusal(.authenticationFailed, "there is no remote preshared key for the rule")
        }
        let expected: Secret
        do throws(CryptoError) {
            expected = try SharedKeyAuthentication.code(
                primitives, prf: suite.prf, key: key, p: p, signed: signed)
        } catch {
            throw Refusal(error)
        }
        guard expected == Secret(copying: proof.data) else {
            throw Refusal(
                .authenticationFailed,
                "peer \(signed.identity): AUTH does not verify: the preshared keys of the two ends "
                    + "of rule '\(rule.label)' differ")
        }
    }

    /// Who we are to the peer: the rule's `local_id`, else our address.
    func localIdentity(_ rule: Rule, sa: IKESA) -> Identification {
        rule.localID ?? Identification(sa.local.address)
    }

    /// Whether the rule takes an identity: one of its `remote_id`, else the peer's address.
    private func accepts(_ identity: Identification, _ rule: Rule, sa: IKESA) -> Bool {
        guard !rule.remoteIDs.isEmpty else { return identity == Identification(sa.remote.address) }
        return rule.remoteIDs.contains { wanted in
            switch wanted {
            case .any: true
            case .exact(let other): identity == other
            case .addresses(let range): identity.address.map { range.contains($0) } ?? false
            }
        }
    }

    /// What ``accepts(_:_:sa:)`` goes by, for the log.
    private func wanted(_ rule: Rule, _ sa: IKESA) -> String {
        guard !rule.remoteIDs.isEmpty else {
            return "\(Identification(sa.remote.address))"
        }
        return rule.remoteIDs.map { wanted in
            switch wanted {
            case .any: "ANY"
            case .exact(let identity): identity.description
            case .addresses(let range): range.description
            }
        }.joined(separator: " or ")
    }

    private func establish(_ sa: IKESA, _ session: Session) {
        sa.state = .established(session)
        table.identify(sa)
        beginLife(of: sa, session.keys.suite, session.rule)
        keepAlive(sa)
        notice(
            "\(name(sa)): IKE SA established as \(sa.role.name), peer \(session.peer), "
                + "\(session.keys.suite)\(sa.nats.isEmpty ? "" : "; \(sa.nats.words)")")
    }
}
