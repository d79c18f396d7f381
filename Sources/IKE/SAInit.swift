import Crypto
import IPsec
import Net
import Policy
import Wire

// IKE_SA_INIT (RFC 7296 §1.2): algorithms, nonces and a key exchange, in clear.

// MARK: - Initiator

extension Engine {
    /// Begins an IKE SA for traffic that met a policy.
    func initiate(_ rule: Rule, _ child: ChildRequest, local: SocketAddress, remote: SocketAddress)
    {
        guard let method = rule.ikeTransforms.first?.group else { return }
        let initiation = Initiation(
            rule: rule, child: child, nonce: randomNonce(), method: method)
        let sa = IKESA(
            localSPI: newIKESPI(), remoteSPI: .zero, role: .initiator,
            pair: AddressPair(local: local, remote: remote), state: .initiating(initiation), at: now
        )
        table.insert(sa)
        statistics.asInitiator.attempted += 1
        notice("\(name(sa)): initiating an IKE SA for \(child.flow)")
        compute(.generate(method), for: sa)
    }

    /// Hands a job to the workers.
    @discardableResult
    func compute(_ job: Job, for sa: IKESA) -> UInt32 {
        sa.jobSerial &+= 1
        let isNewcomer = if case .responding = sa.state { true } else { false }
        emit(
            .compute(
                JobID(sa: sa.localSPI, serial: sa.jobSerial, isUrgent: !isNewcomer), job))
        return sa.jobSerial
    }

    /// Takes in what a worker made of a job. The SA may have ended meanwhile.
    func finish(_ id: JobID, _ outcome: JobOutcome) {
        if case .appraisal(let appraisal) = outcome { finishAppraisal(appraisal) }
        guard let sa = table[id.sa] else { return }
        if let session = sa.session {
            finishKeyExchange(id.serial, outcome, session, sa: sa)
            return
        }
        guard sa.jobSerial == id.serial else { return }
        switch (sa.state, outcome) {
        case (.initiating(let initiation), .keyPair(let pair)):
            initiation.step = .requested(pair)
            sendSAInitRequest(initiation, pair, sa: sa)
        case (.initiating(let initiation), .sharedSecret(let secret)):
            if case .deriving(let suite) = initiation.step {
                beginAuth(initiation, suite, secret, sa: sa)
            }
        case (.responding(let response), .response(let publicValue, let secret)):
            sendSAInitResponse(response, publicValue, secret, sa: sa)
        case (.responding, .failed(let error)):
            complain(.refusedBeginning, "\(sa.remote): IKE_SA_INIT request dropped: \(error)")
            remove(sa)
        case (.authenticating(let state), _): finishAuth(outcome, state, sa: sa)
        case (.halfOpen(let state), _): finishAuth(outcome, state, sa: sa)
        case (_, .failed(let error)):
            fail(sa, "key exchange: \(error)")
        default: break
        }
    }

    private func sendSAInitRequest(_ initiation: Initiation, _ pair: KeyPair, sa: IKESA) {
        let natDetection: [Payload]
        do throws(CryptoError) {
            natDetection = try self.natDetection(sa, by: sa.pair)
        } catch {
            fail(sa, "NAT detection: \(error)")
            return
        }
        var payloads: [Payload] = []
        if !initiation.cookie.isEmpty {
            payloads.append(.notify(Notify(.cookie, data: initiation.cookie)))
        }
        payloads += [
            .securityAssociation(IKENegotiation.proposals(for: initiation.rule.ikeTransforms)),
            .keyExchange(KeyExchange(method: pair.method, value: pair.publicValue)),
            .nonce(initiation.nonce),
        ]
        payloads += natDetection + hashAnnouncement([initiation.rule])
        if settings.fragmentationMTU != nil {
            payloads.append(.notify(Notify(.fragmentationSupported)))
        }
        let header = Header(
            initiatorSPI: sa.localSPI, responderSPI: .zero, exchange: .ikeSAInit,
            flags: [.initiator], messageID: 0)
        trace(.sent, header, payloads, sa: sa)
        initiation.request = Message(header: header, payloads: payloads).encoded()
        statistics.exchanges.countRequest(.ikeSAInit, .initiator)
        send(SentMessage(initiation.request), messageID: 0, sa: sa)
    }

    /// The answer to our IKE_SA_INIT. It is not authenticated: errors in it are hints, and the
    /// real answer may still come (RFC 7296 §2.21.1).
    func receiveSAInitResponse(_ header: Header, _ octets: Span<UInt8>, remote: SocketAddress) {
        guard let sa = table[header.initiatorSPI], case .initiating(let initiation) = sa.state,
            case .requested(let pair) = initiation.step, header.messageID == 0,
            !header.isFromInitiator, remote == sa.remote
        else {
            debug(.verbose, "\(remote): \(header) answers no request of ours; dropped")
            return
        }
        do throws(Refusal) {
            let message = try decodeUnsealed(octets)
            trace(.received, header, message.payloads, sa: sa)
            let contents = try saInitContents(message)
            if let restart = try Restart(contents, initiation) {
                self.restart(restart, initiation, pair, sa: sa)
                return
            }
            if let error = contents.firstError {
                statistics.count(answerTo: .ikeSAInit, refusing: error.type)
                throw Refusal(
                    error.type, "the peer says \(error.type.name)",
                    error.type == .noProposalChosen ? Difference(proposing: initiation.rule) : nil)
            }
            try accept(header, contents, octets, initiation, pair, sa: sa)
        } catch {
            // The same answer comes to every retransmission; once is enough for the log.
            guard initiation.hint != error else { return }
            initiation.hint = error
            report(
                .ikeSAInit, .badAnswer(error.notify), error.why, of: sa, as: .badAnswer,
                then: "; waiting for another")
        }
    }

    private func accept(
        _ header: Header, _ contents: Contents, _ octets: Span<UInt8>, _ initiation: Initiation,
        _ pair: KeyPair, sa: IKESA
    ) throws(Refusal) {
        guard let proposals = contents.proposals, let keyExchange = contents.keyExchange,
            let nonce = contents.nonce
        else { throw Refusal(.invalidSyntax, "payloads are missing") }
        guard header.responderSPI != .zero else {
            throw Refusal(.invalidSyntax, "the responder's SPI is zero")
        }
        try checkNonce(nonce, ours: initiation.nonce)
        let id = try IKENegotiation.accept(
            answer: proposals, rule: initiation.rule)
        guard keyExchange.method == pair.method, id.keyExchange == pair.method else {
            throw Refusal(
                .invalidKEPayload,
                "the answer's key exchange is \(keyExchange.method.name), ours \(pair.method.name)")
        }
        guard let suite = suite(id) else {
            throw lack(of: id)
        }
        sa.nats = try nats(
            contents.notifies, initiatorSPI: sa.localSPI, responderSPI: header.responderSPI,
            local: sa.local, remote: sa.remote)
        initiation.detectsNATs = contents.has(.natDetectionSourceIP)
        initiation.wishes = contents.wishes()
        agreeOnFragmentation(contents, sa: sa)
        _ = sa.window.answered(0)
        statistics.count(answerTo: .ikeSAInit, refusing: nil)
        sa.remoteSPI = header.responderSPI
        initiation.responderNonce = nonce
        initiation.response = [UInt8](copying: octets)
        initiation.step = .deriving(suite)
        rearm(sa)
        compute(.derive(pair, peerValue: keyExchange.value), for: sa)
    }

    /// What a responder can ask for instead of answering.
    private enum Restart {
        case withCookie([UInt8])
        case withGroup(KeyExchangeMethod)
        /// The same wish again, which has been met: the network, or our retransmission, doubled it.
        case repeated

        init?(_ contents: Contents, _ initiation: Initiation) throws(Refusal) {
            let wish: Restart
            if let cookie = contents.notify(.cookie) {
                // RFC 7296 §2.6: 1 to 64 octets.
                guard (1...64).contains(cookie.data.count) else {
                    throw Refusal(.invalidSyntax, "a cookie of \(cookie.data.count) octets")
                }
                guard cookie.data != initiation.cookie else {
                    self = .repeated
                    return
                }
                wish = .withCookie(cookie.data)
            } else if let notify = contents.notify(.invalidKEPayload) {
                let method = try Self.group(notify, initiation)
                guard method != initiation.method else {
                    self = .repeated
                    return
                }
                wish = .withGroup(method)
            } else {
                return nil
            }
            guard initiation.restarts < Initiation.mostRestarts else {
                throw Refusal(.invalidSyntax, "the peer has sent us back too often")
            }
            self = wish
        }

        private static func group(
            _ notify: Notify, _ initiation: Initiation
        ) throws(Refusal) -> KeyExchangeMethod {
            guard let method = notify.keyExchangeMethod else {
                throw Refusal(.invalidSyntax, "INVALID_KE_PAYLOAD names no group")
            }
            guard initiation.rule.ikeTransforms.contains(where: { $0.group == method }) else {
                throw Refusal(
                    .invalidKEPayload, "the peer wants \(method.name), which we did not offer",
                    Difference(proposing: initiation.rule))
            }
            return method
        }
    }

    private func restart(_ wish: Restart, _ initiation: Initiation, _ pair: KeyPair, sa: IKESA) {
        switch wish {
        case .repeated:
            debug(.phase1, "\(name(sa)): the peer asks again for what it has been sent")
        case .withCookie(let cookie):
            debug(.phase1, "\(name(sa)): the peer wants its cookie back")
            initiation.restarts += 1
            sa.window.restart()
            initiation.cookie = cookie
            sendSAInitRequest(initiation, pair, sa: sa)
        case .withGroup(let method):
            notice("\(name(sa)): the peer wants \(method.name) for the key exchange")
            initiation.restarts += 1
            sa.window.restart()
            initiation.method = method
            initiation.step = .generating
            rearm(sa)
            compute(.generate(method), for: sa)
        }
    }
}

// MARK: - Responder

extension Engine {
    /// Returns what answers a request that is not granted.
    func receiveSAInitRequest(
        _ header: Header, _ octets: Span<UInt8>, local: SocketAddress, remote: SocketAddress
    ) -> NotifyMessage? {
        guard header.isFromInitiator, header.messageID == 0, header.responderSPI == .zero,
            header.initiatorSPI != .zero
        else {
            dropMalformed("\(remote): IKE_SA_INIT request with a wrong header; dropped")
            return nil
        }
        guard octets.count <= Limit.beginning else {
            dropMalformed(
                "\(remote): IKE_SA_INIT request of \(octets.count) octets is too large; dropped")
            return nil
        }
        if let sa = table.halfOpen(header.initiatorSPI, from: remote) {
            repeatSAInitResponse(octets, sa: sa)
            return nil
        }
        guard departure == nil else { return nil }
        switch admit(header, octets, from: remote) {
        case .entered: break
        case .asked(let answer): return answer
        case .turnedAway: return nil
        }
        let pair = AddressPair(local: local, remote: remote)
        let candidates = rules.covering(local: local.address, remote: remote.address)
        statistics.exchanges.countRequest(.ikeSAInit, .responder)
        do throws(Refusal) {
            guard !candidates.isEmpty else { throw Refusal(.noProposalChosen, "") }
            try begin(header, octets, candidates, local: local, remote: remote)
            return nil
        } catch {
            statistics.count(answering: .ikeSAInit, refusing: [error.notify])
            report(
                refusedBeginning: candidates.isEmpty ? .noRule : .refused(error.notify), error.why,
                by: pair)
            return refusal(of: header, error)
        }
    }

    private func begin(
        _ header: Header, _ octets: Span<UInt8>, _ candidates: [Rule], local: SocketAddress,
        remote: SocketAddress
    ) throws(Refusal) {
        let message = try decodeUnsealed(octets)
        let contents = try saInitContents(message)
        guard let proposals = contents.proposals, let keyExchange = contents.keyExchange,
            let nonce = contents.nonce
        else { throw Refusal(.invalidSyntax, "payloads are missing") }
        try checkNonce(nonce, ours: nil)
        guard !NATDetection.isForbidden(contents, AddressPair(local: local, remote: remote)) else {
            throw Refusal(.unexpectedNATDetected, "the peer allows no NAT, and there is one")
        }
        guard
            let choice = IKENegotiation.choose(
                offered: proposals, acceptable: candidates.flatMap { $0.ikeTransforms })
        else {
            let difference =
                hasWords(for: .refused(.noProposalChosen), from: remote.address)
                ? IKENegotiation.disagreement(with: proposals, rules: candidates) : nil
            throw Refusal(.noProposalChosen, "", difference)
        }
        guard let suite = suite(choice.suite) else {
            throw lack(of: choice.suite)
        }
        let method = suite.id.keyExchange
        guard keyExchange.method == method else {
            throw Refusal(
                .invalidKEPayload,
                data: method.octets,
                "its key exchange is \(keyExchange.method.name), we want \(method.name)")
        }
        let response = Response(
            candidates: candidates.filter {
                IKENegotiation.transform(for: suite.id, among: $0.ikeTransforms) != nil
            }, hashes: contents.announcedHashes, suite: suite, proposalNumber: choice.number,
            nonces: Nonces(initiator: nonce, responder: randomNonce()),
            request: [UInt8](copying: octets))
        let sa = IKESA(
            localSPI: newIKESPI(), remoteSPI: header.initiatorSPI, role: .responder,
            pair: AddressPair(local: local, remote: remote), state: .responding(response), at: now)
        trace(.received, header, message.payloads, sa: sa)
        sa.nats = try nats(
            contents.notifies, initiatorSPI: header.initiatorSPI, responderSPI: .zero,
            local: local, remote: remote)
        agreeOnFragmentation(contents, sa: sa)
        sa.expiry = now + Limit.halfOpenLifetime
        table.insert(sa)
        statistics.asResponder.attempted += 1
        newcomers.append(sa.localSPI, at: now, isWaiting: waitsForWorker)
        rearm(sa)
        compute(.respond(method, peerValue: keyExchange.value), for: sa)
    }

    /// What every path carries in one packet: 1280 octets without the headers of IPv6 and UDP.
    private static let mostSAInitOctets = 1232

    private func sendSAInitResponse(
        _ response: Response, _ publicValue: [UInt8], _ secret: Secret, sa: IKESA
    ) {
        do throws(CryptoError) {
            let (keys, authenticationKeys) = try KeySchedule.initial(
                primitives, suite: response.suite, sharedSecret: secret, nonces: response.nonces,
                initiatorSPI: sa.remoteSPI, responderSPI: sa.localSPI)
            var payloads: [Payload] =
                [
                    .securityAssociation([
                        Proposal(
                            number: response.proposalNumber, protocol: .ike, spi: [],
                            transforms: response.suite.transforms)
                    ]),
                    .keyExchange(
                        KeyExchange(method: response.suite.id.keyExchange, value: publicValue)),
                    .nonce(response.nonces.responder),
                ] + (try natDetection(sa, by: sa.pair)) + certificateRequest(response.candidates)
            // A peer that verifies no signature announces nothing, and makes its own all the same.
            payloads += hashAnnouncement(response.candidates)
            if sa.fragmentation != nil {
                payloads.append(.notify(Notify(.fragmentationSupported)))
            }
            let header = Header(
                initiatorSPI: sa.remoteSPI, responderSPI: sa.localSPI, exchange: .ikeSAInit,
                flags: [.response], messageID: 0)
            var message = Message(
                header: header, payloads: payloads + methodAnnouncement(response.candidates))
            var octets = message.encoded()
            if octets.count > Self.mostSAInitOctets {
                // The peer can do without; RFC 9593 §3.1 would send it in another exchange.
                message = Message(header: header, payloads: payloads)
                octets = message.encoded()
            }
            trace(.sent, header, message.payloads, sa: sa)
            sa.state = .halfOpen(
                HalfOpen(
                    candidates: response.candidates, hashes: response.hashes, keys: keys,
                    authenticationKeys: authenticationKeys, nonces: response.nonces,
                    request: response.request, response: octets))
            // IKE_SA_INIT is request 0; IKE_AUTH will be request 1.
            sa.window.answering()
            sa.window.responded(with: nil)
            statistics.count(answering: .ikeSAInit)
            emit(.send(Datagram(octets: octets, local: sa.local, remote: sa.remote)))
        } catch {
            fail(sa, "key schedule: \(error)")
        }
    }

    /// The same request again gets the same answer; while a worker is busy, none (RFC 7296 §2.1).
    private func repeatSAInitResponse(_ octets: Span<UInt8>, sa: IKESA) {
        guard case .halfOpen(let halfOpen) = sa.state, octets.elementsEqual(halfOpen.request)
        else { return }
        emit(.send(Datagram(octets: halfOpen.response, local: sa.local, remote: sa.remote)))
    }
}

// MARK: - Both

extension Engine {
    private func decodeUnsealed(_ octets: Span<UInt8>) throws(Refusal) -> Message {
        do throws(WireError) {
            return try Message(decoding: octets)
        } catch {
            var data: [UInt8] = []
            if case .unsupportedCriticalPayload(let type) = error { data = [type.rawValue] }
            throw Refusal(error.notify ?? .invalidSyntax, data: data, error.description)
        }
    }

    private func saInitContents(_ message: Message) throws(Refusal) -> Contents {
        guard message.sealed == nil, let rule = MessageRule.rule(for: message.header) else {
            throw Refusal(.invalidSyntax, "IKE_SA_INIT is not sealed")
        }
        return try rule.sort(message.payloads)
    }

    /// What was agreed on cannot be done.
    private func lack(of id: IKESuite.ID) -> Refusal {
        let names = listed(IKESuite.transforms(of: id), separator: ", ")
        return Refusal(.noProposalChosen, "libcrypto lacks one of \(names)")
    }

    func checkNonce(_ nonce: [UInt8], ours: [UInt8]?) throws(Refusal) {
        guard Nonces.allowedLengths.contains(nonce.count) else {
            throw Refusal(.invalidSyntax, "a nonce of \(nonce.count) octets")
        }
        guard nonce != ours else { throw Refusal(.invalidSyntax, "the peer sent our own nonce") }
    }

    func nats(
        _ notifies: [Notify], initiatorSPI: IKESPI, responderSPI: IKESPI, local: SocketAddress,
        remote: SocketAddress
    ) throws(Refusal) -> NATs {
        do throws(CryptoError) {
            return try NATDetection.nats(
                primitives, notifies: notifies, initiatorSPI: initiatorSPI,
                responderSPI: responderSPI, local: local, remote: remote)
        } catch {
            throw Refusal(error)
        }
    }

    /// The notifies that show whether a NAT lies between a pair of addresses.
    func natDetection(_ sa: IKESA, by pair: AddressPair) throws(CryptoError) -> [Payload] {
        try NATDetection.notifies(
            primitives, initiatorSPI: sa.initiatorSPI, responderSPI: sa.responderSPI,
            local: pair.local, remote: pair.remote)
    }
}

extension Span<UInt8> {
    /// Whether the octets are those of an array.
    func elementsEqual(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }
}
