import Crypto
import Net
import Policy
import Wire

// What the ends of an IKE SA with MOBIKE tell each other of their addresses in INFORMATIONAL
// exchanges (RFC 4555 §3.5–3.8).

/// UPDATE_SA_ADDRESSES, while its answer is to come.
struct AddressUpdate {
    /// The pair that it speaks of.
    let pair: AddressPair
    /// What the answer must bring back; `nil` where nothing is to be proved.
    let cookie: [UInt8]?
}

// MARK: - Who decides

extension Engine {
    /// Tells the peer between which addresses the SAs go on (RFC 4555 §3.5).
    func updateAddresses(_ session: Session, sa: IKESA) {
        guard let mobility = sa.mobility else { return }
        // What stands elsewhere than where the peer proved to be is to be proved (§3.7).
        let isProved = sa.children.allSatisfy { $0.outer.remote == sa.remote.address }
        let update = AddressUpdate(pair: sa.pair, cookie: isProved ? nil : randomOctets(16))
        var payloads: [Payload] = [.notify(Notify(.updateSAAddresses))]
        do throws(CryptoError) {
            payloads += try natDetection(sa, by: sa.pair)
        } catch {
            fail(sa, "NAT detection: \(error)")
            return
        }
        if let cookie = update.cookie { payloads.append(.notify(Notify(.cookie2, data: cookie))) }
        let others = otherAddresses(sa, session.rule)
        if others != mobility.announced { payloads += announcement(of: others, mobility) }
        begin(.updateAddresses(update), session, sa: sa)
        request(.informational, payloads, sa: sa, keys: session.keys)
    }

    func receiveUpdateResponse(
        _ contents: Contents, _ update: AddressUpdate, _ session: Session, sa: IKESA
    ) {
        if let cookie = update.cookie, contents.notify(.cookie2)?.data != cookie {
            fail(sa, "the answer to UPDATE_SA_ADDRESSES does not bring back its COOKIE2")
            return
        }
        // Meanwhile we have moved on: another update is to follow.
        guard update.pair == sa.pair else { return }
        if let hash = contents.notify(.natDetectionDestinationIP)?.data {
            sa.mobility?.seenAs = hash
        }
        if let error = contents.firstError {
            // Child SAs that the peer does not follow to where we are carry nothing.
            deleteIKESA(
                sa, because: "the peer does not take \(sa.pair): it says \(error.type.name)")
            return
        }
        do throws(Refusal) {
            carryOver(sa, try natsTold(contents, sa: sa) ?? sa.nats)
        } catch {
            fail(sa, error.reason)
        }
    }

    /// A NAT before us is asked for what it makes of our address (RFC 4555 §3.8).
    func seen(_ contents: Contents, sa: IKESA) {
        guard let mobility = sa.mobility, mobility.decides,
            let hash = contents.notify(.natDetectionDestinationIP)?.data
        else { return }
        let before = mobility.seenAs
        mobility.seenAs = hash
        guard before != hash else { return }
        // What it was at first nobody has told us, and the peer is asked when it is silent: then
        // that may be why.
        if !before.isEmpty {
            notice("\(name(sa)): the NAT before us has given us another address or port")
        }
        enqueueOnce(.updateAddresses, sa)
    }
}

// MARK: - Who follows

extension Engine {
    /// Grants, or refuses, what the peer says of its addresses; gives what belongs into the answer.
    func receiveAddresses(_ contents: Contents, _ session: Session, sa: IKESA) -> [Payload] {
        guard let mobility = sa.mobility else { return [] }
        var answer: [Payload] = []
        if let addresses = Mobility.addresses(in: contents) { mobility.peerAddresses = addresses }
        if let cookie = contents.notify(.cookie2), (8...64).contains(cookie.data.count) {
            answer.append(.notify(Notify(.cookie2, data: cookie.data)))
        }
        do throws(Refusal) {
            let nats = try natsTold(contents, pair: sa.requestPair, sa: sa)
            if nats != nil { answer += try toldNATs(of: sa) }
            if contents.has(.updateSAAddresses) {
                try move(sa, session, mobility, contents, nats ?? sa.nats)
            } else if mobility.decides,
                contents.has(.noAdditionalAddresses)
                    || contents.has(.additionalIPv4Address) || contents.has(.additionalIPv6Address)
            {
                leaveForgottenAddress(sa, session, mobility)
            }
        } catch {
            warn("\(name(sa)): UPDATE_SA_ADDRESSES refused: \(error.reason)")
            return answer + [error.payload]
        }
        return answer
    }

    private func move(
        _ sa: IKESA, _ session: Session, _ mobility: Mobility, _ contents: Contents, _ nats: NATs
    ) throws(Refusal) {
        let pair = sa.requestPair
        guard !mobility.decides else {
            throw Refusal(.invalidSyntax, "it is ours to decide on the addresses")
        }
        if NATDetection.isForbidden(contents, pair) {
            throw Refusal(.unexpectedNATDetected, "the peer allows no NAT, and there is one")
        }
        guard session.rule.covers(local: pair.local.address, remote: pair.remote.address) else {
            throw Refusal(
                .unacceptableAddresses, "rule '\(session.rule.label)' does not cover \(pair)")
        }
        relocate(sa, to: pair, nats)
    }

    /// The peer's list leaves out the address that we know it by: where this message came from is
    /// one of its addresses, too.
    private func leaveForgottenAddress(_ sa: IKESA, _ session: Session, _ mobility: Mobility) {
        let pair = sa.requestPair
        guard pair.remote != sa.remote, !mobility.peerAddresses.contains(sa.remote.address),
            session.rule.covers(local: pair.local.address, remote: pair.remote.address)
        else { return }
        take(pair, sa, mobility)
    }

    /// Tells the peer which other addresses we have (RFC 4555 §3.6).
    func announceAddresses(_ session: Session, sa: IKESA) {
        guard let mobility = sa.mobility else { return }
        begin(.announceAddresses, session, sa: sa)
        let payloads = announcement(of: otherAddresses(sa, session.rule), mobility)
        request(.informational, payloads, sa: sa, keys: session.keys)
    }

    /// The peer has heard from where we are. Whether it then says where the SAs go on
    /// (RFC 4555 §3.5), or takes it as said, as strongSwan does: they go on here.
    func haveAnnounced(_ sa: IKESA) {
        guard let mobility = sa.mobility, !mobility.decides,
            !sa.queue.contains(where: { $0.isAnnouncement })
        else { return }
        carryOver(sa, sa.nats)
    }

    private func announcement(of addresses: [IPAddress], _ mobility: Mobility) -> [Payload] {
        mobility.announced = addresses
        return addresses.isEmpty
            ? [.notify(Notify(.noAdditionalAddresses))] : Mobility.notifies(of: addresses)
    }

    /// Will ask whether the peer is where it says it is; once, however often it moves until then.
    func enqueueReturnCheck(_ sa: IKESA) {
        guard !sa.queue.contains(where: { $0.isReturnCheck }) else { return }
        enqueue(.checkReturn, sa)
    }

    /// Asks whether the peer is where it says it is.
    func checkReturn(_ session: Session, sa: IKESA) {
        let cookie = randomOctets(16)
        begin(.checkReturn(cookie: cookie), session, sa: sa)
        request(
            .informational, [.notify(Notify(.cookie2, data: cookie))], sa: sa, keys: session.keys)
    }

    func receiveReturn(_ contents: Contents, of cookie: [UInt8], sa: IKESA) {
        guard contents.notify(.cookie2)?.data != cookie else { return }
        fail(sa, "the peer at \(sa.remote) does not bring back our COOKIE2")
    }

    /// The NATs that a message within the SA tells of; `nil` where it says nothing of them.
    private func natsTold(
        _ contents: Contents, pair: AddressPair? = nil, sa: IKESA
    ) throws(Refusal) -> NATs? {
        guard contents.has(.natDetectionSourceIP) || contents.has(.natDetectionDestinationIP)
        else { return nil }
        let pair = pair ?? sa.pair
        return try nats(
            contents.notifies, initiatorSPI: sa.initiatorSPI, responderSPI: sa.responderSPI,
            local: pair.local, remote: pair.remote)
    }

    /// What the peer is told of the addresses that its request came by.
    private func toldNATs(of sa: IKESA) throws(Refusal) -> [Payload] {
        do throws(CryptoError) {
            return try natDetection(sa, by: sa.requestPair)
        } catch {
            throw Refusal(error)
        }
    }
}
