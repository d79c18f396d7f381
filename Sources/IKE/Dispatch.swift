import Crypto
import Net
import Policy
import Wire

// From a datagram to the exchange that it belongs to.

extension Engine {
    /// Returns what answers a request of which nothing is kept.
    func dispatch(
        _ octets: Span<UInt8>, local: SocketAddress, remote: SocketAddress
    ) -> NotifyMessage? {
        let header: Header
        do throws(WireError) {
            header = try Header(decoding: octets)
        } catch {
            dropMalformed("\(remote): datagram dropped: \(error)")
            return nil
        }
        guard header.majorVersion == 2 else {
            door.countOtherVersion()
            complain(.version, "\(remote): IKE version \(header.majorVersion) is not spoken here")
            guard header.majorVersion > 2, !header.isResponse else { return nil }
            return refusal(of: header, Refusal(.invalidMajorVersion, "version"))
        }
        guard header.exchange == .ikeSAInit else {
            dispatchSealed(header, octets, local: local, remote: remote)
            return nil
        }
        guard header.isResponse else {
            return receiveSAInitRequest(header, octets, local: local, remote: remote)
        }
        receiveSAInitResponse(header, octets, remote: remote)
        return nil
    }

    /// A message under an SA's keys. Nothing that is not authentic has any effect.
    private func dispatchSealed(
        _ header: Header, _ octets: Span<UInt8>, local: SocketAddress, remote: SocketAddress
    ) {
        let (ours, theirs) =
            header.isFromInitiator
            ? (header.responderSPI, header.initiatorSPI)
            : (header.initiatorSPI, header.responderSPI)
        let role: Role = header.isFromInitiator ? .responder : .initiator
        guard let sa = table[ours], sa.role == role, sa.remoteSPI == theirs, let keys = sa.keys
        else {
            complain(.unknownSA, "\(remote): \(header) for an IKE SA that is not here (\(ours))")
            return
        }
        var isRepeated = false
        if header.isResponse {
            guard sa.window.outstanding?.messageID == header.messageID,
                sa.awaitedExchange == header.exchange
            else {
                debug(.verbose, "\(remote): \(header) answers no request of ours; dropped")
                return
            }
        } else {
            switch sa.window.arrival(of: header.messageID) {
            case .new:
                if case .authenticating = sa.state {
                    // The peer takes the SA to stand: its answer is late, or lost, and comes again.
                    // Then this will, too.
                    debug(.verbose, "\(remote): \(header) comes before its IKE_AUTH; dropped")
                    return
                }
                if case .closed = sa.state {
                    debug(.verbose, "\(remote): \(header) for an IKE SA that has ended; dropped")
                    return
                }
            case .repeated: isRepeated = true
            case .underWay, .outOfWindow:
                debug(.verbose, "\(remote): \(header) is not in the window; dropped")
                return
            }
        }
        let payloads: [Payload]
        do throws(OpeningFailure) {
            let sealed = try sealedBody(octets, sa: sa)
            if isRepeated {
                try answerAgain(header, sealed, octets, sa: sa, keys: keys, local, remote)
                return
            }
            guard let opened = try open(octets, sealed, of: header, sa: sa, keys: keys) else {
                rearm(sa)
                return
            }
            payloads = opened
        } catch {
            openingFailed(error, header, sa: sa, keys: keys)
            return
        }
        let pair = AddressPair(local: local, remote: remote)
        if !header.isResponse { sa.requestPair = pair }
        heard(from: sa, by: pair)
        if header.isResponse { answered(sa, by: pair) }
        trace(.received, header, payloads, sa: sa)
        if header.isResponse {
            receiveResponse(header, payloads, sa: sa, keys: keys)
        } else {
            receiveRequest(header, payloads, sa: sa, keys: keys)
        }
        rearm(sa)
    }

    /// A response was lost, or its request came twice. All of a response goes again, for all of a
    /// request: of a request in fragments, the first asks for it (RFC 7383 §2.6.1).
    private func answerAgain(
        _ header: Header, _ sealed: SealedBody, _ octets: Span<UInt8>, sa: IKESA, keys: IKEKeys,
        _ local: SocketAddress, _ remote: SocketAddress
    ) throws(OpeningFailure) {
        guard let response = sa.window.lastResponse else { return }
        if let fragment = sealed.fragment, fragment.number != 1 { return }
        _ = try unseal(octets, sealed, sa: sa, keys: keys)
        statistics.repeatedRequests += 1
        debug(.verbose, "\(remote): \(header) again; answered again")
        transmit(response, local: local, remote: remote)
    }

    private func openingFailed(
        _ failure: OpeningFailure, _ header: Header, sa: IKESA, keys: IKEKeys
    ) {
        switch failure {
        case .notAuthentic(let reason):
            complain(.badSealing, "\(sa.remote): \(header) dropped: \(reason)")
        case .malformed(let error):
            warn(sa, .unproved, "\(sa.remote): \(header): \(error)")
            guard !header.isResponse else {
                fail(
                    sa, .badAnswer(.invalidSyntax),
                    Reason("the peer's response is malformed: \(error)"))
                return
            }
            sa.window.answering()
            statistics.exchanges.countRequest(header.exchange, .responder)
            let notify = error.notify ?? .invalidSyntax
            var data: [UInt8] = []
            if case .unsupportedCriticalPayload(let type) = error { data = [type.rawValue] }
            respond(header.exchange, [.notify(Notify(notify, data: data))], sa: sa, keys: keys)
            if endsSA(notify, sa) { close(sa, lingering: true) } else { rearm(sa) }
        }
    }

    /// An authentic message has come: the peer lives, and is where it came from.
    private func heard(from sa: IKESA, by pair: AddressPair) {
        sa.checkedAt = now
        guard sa.pair != pair else { return }
        switch sa.state {
        case .halfOpen:
            // An initiator that saw a NAT goes on from another port (RFC 7296 §2.23).
            table.move(sa, to: pair)
        case .established(let session) where sa.mobility == nil:
            followNAT(of: sa, session, to: pair)
        // With MOBIKE a message says so when addresses change (RFC 4555 §3.8).
        default: break
        }
    }

    private func receiveRequest(_ header: Header, _ payloads: [Payload], sa: IKESA, keys: IKEKeys) {
        sa.window.answering()
        statistics.exchanges.countRequest(header.exchange, .responder)
        do throws(Refusal) {
            guard let rule = MessageRule.rule(for: header) else {
                throw Refusal(.invalidSyntax, "\(header.exchange.name) is not spoken here")
            }
            let contents = try rule.sort(payloads)
            readWindowSize(in: contents, sa: sa)
            if let session = sa.session {
                switchOver(deleting: contents.deletes, session, sa: sa)
            }
            switch (header.exchange, sa.state) {
            case (.ikeAuth, .halfOpen(let halfOpen)):
                receiveAuthRequest(contents, halfOpen, sa: sa)
            case (.createChildSA, .established(let session)):
                try receiveCreateChildRequest(contents, session, sa: sa)
            case (.createChildSA, .superseded), (.createChildSA, .deleting):
                throw Refusal(.temporaryFailure, "the IKE SA is being deleted")
            case (.informational, .established), (.informational, .superseded),
                (.informational, .deleting):
                receiveInformationalRequest(contents, sa: sa, keys: keys)
            default:
                throw Refusal(.invalidSyntax, "it is not expected now")
            }
        } catch {
            refuse(header, error, sa: sa, keys: keys)
        }
    }

    /// Answers the request under way with an error, and says why.
    private func refuse(_ header: Header, _ refusal: Refusal, sa: IKESA, keys: IKEKeys) {
        let isOver = endsSA(refusal.notify, sa)
        report(
            .exchange(header.exchange), .refused(refusal.notify), refusal.why, of: sa,
            as: .unproved, then: isOver ? "; the IKE SA ends" : "")
        respond(header.exchange, [refusal.payload], sa: sa, keys: keys)
        if isOver { close(sa, lingering: true) }
    }

    /// Whether an error in response to a request ends the SA: invalid syntax does at both ends
    /// (RFC 7296 §2.21.3), and in IKE_AUTH every error that concerns the whole message (§2.21.2).
    private func endsSA(_ error: NotifyType, _ sa: IKESA) -> Bool {
        if case .halfOpen = sa.state { true } else { error == .invalidSyntax }
    }

    private func receiveResponse(
        _ header: Header, _ payloads: [Payload], sa: IKESA, keys: IKEKeys
    ) {
        guard sa.window.answered(header.messageID) else { return }
        do throws(Refusal) {
            guard let rule = MessageRule.rule(for: header) else {
                throw Refusal(.invalidSyntax, "\(header.exchange.name) is not spoken here")
            }
            let contents = try rule.sort(payloads)
            readWindowSize(in: contents, sa: sa)
            statistics.count(answerTo: header.exchange, refusing: contents.firstError?.type)
            switch sa.state {
            case .authenticating(let authenticating):
                receiveAuthResponse(contents, authenticating, sa: sa)
            case .established(var session):
                let exchange = session.exchange
                session.exchange = nil
                sa.state = .established(session)
                if contents.has(.invalidSyntax) {
                    throw Refusal(.invalidSyntax, "the peer says INVALID_SYNTAX")
                }
                switch exchange {
                case .createChild(let proposal):
                    receiveCreateChildResponse(contents, proposal, session, sa: sa)
                case .rekeyIKE(let rekeying):
                    receiveRekeyIKEResponse(contents, rekeying, session, sa: sa)
                case .deleteChild(let spi): finishDeleting(spi, sa: sa)
                case .updateAddresses(let update):
                    receiveUpdateResponse(contents, update, session, sa: sa)
                case .checkReturn(let cookie): receiveReturn(contents, of: cookie, sa: sa)
                case .probe: seen(contents, sa: sa)
                case .announceAddresses: haveAnnounced(sa)
                case nil: break
                }
                advance(sa)
            case .deleting(let session):
                receiveResponseWhileDeleting(session, sa: sa)
            default: break
            }
        } catch {
            fail(sa, .badAnswer(error.notify), Reason("\(header.exchange.name): \(error.reason)"))
        }
    }

    /// Counts what is no message of ours, before anything is known of whose it is.
    func dropMalformed(_ complaint: @autoclosure () -> String) {
        door.countMalformed()
        complain(.malformed, complaint())
    }

    /// What answers, in clear, a request for which there is no SA.
    func refusal(of header: Header, _ refusal: Refusal) -> NotifyMessage {
        NotifyMessage(answering: header, refusal.notify, data: refusal.answer.data.span)
    }

    /// How log lines name an SA.
    func name(_ sa: IKESA) -> String {
        guard let rule = sa.rule else { return "\(sa.remote)" }
        return "rule '\(rule.label)', \(sa.remote)"
    }
}
