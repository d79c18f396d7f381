import Crypto
import Net
import Policy
import Wire

/// What an IKE SA whose ends agreed on MOBIKE (RFC 4555) knows beside the address pair in use.
///
/// It goes over to the SAs that replace one another.
final class Mobility {
    /// Whether we decide on the address pair. He does who began the first of the SAs that replaced
    /// one another (RFC 4555 §2.1).
    let decides: Bool
    /// The peer's other addresses.
    var peerAddresses: [IPAddress]
    /// The other addresses of ours that the peer has been told of.
    var announced: [IPAddress]
    /// The address pairs that a request without answer has been sent between, beside the one in use.
    var tried: [AddressPair] = []
    /// Whether there is no way to the peer now, and the log has said so.
    var isStranded = false
    /// What the peer took our address for when it was asked last: a hash (RFC 7296 §2.23).
    var seenAs: [UInt8] = []

    /// Addresses that either end keeps of the other: more than any gateway has.
    static let mostAddresses = 16

    init(decides: Bool, peerAddresses: [IPAddress], announced: [IPAddress]) {
        self.decides = decides
        self.peerAddresses = peerAddresses
        self.announced = announced
    }
}

/// UPDATE_SA_ADDRESSES, while its answer is to come.
struct AddressUpdate {
    /// The pair that it speaks of.
    let pair: AddressPair
    /// What the answer must bring back; `nil` where nothing is to be proved.
    let cookie: [UInt8]?
}

/// Which ways lead to a peer.
public struct PathQuestion: Hashable, Sendable {
    /// What the answer is for.
    enum Purpose {
        /// The address that we send from is gone.
        case replacement
        /// The peer does not answer the way it is asked.
        case retry
    }

    let purpose: Purpose
    /// Our SPI of the IKE SA.
    let ikeSA: IKESPI
    /// The peer's addresses, the one in use first.
    public let remotes: [IPAddress]
}

/// A way to a peer, as the host's routing has it.
public struct Path: Hashable, Sendable {
    /// The address that packets are sent from.
    public let local: IPAddress
    /// The peer's address.
    public let remote: IPAddress

    /// A way between two addresses.
    public init(local: IPAddress, remote: IPAddress) {
        self.local = local
        self.remote = remote
    }
}

// MARK: - Address lists

extension Mobility {
    /// The other addresses of a peer, as it lists them (RFC 4555 §3.6); `nil` where it says nothing
    /// of them.
    static func addresses(in contents: Contents) -> [IPAddress]? {
        var addresses: [IPAddress]? = contents.has(.noAdditionalAddresses) ? [] : nil
        for notify in contents.notifies {
            guard notify.type == .additionalIPv4Address || notify.type == .additionalIPv6Address
            else { continue }
            let family: IPAddress.Family = notify.type == .additionalIPv4Address ? .v4 : .v6
            guard let address = IPAddress(octets: notify.data), address.family == family,
                !address.isUnspecified, (addresses?.count ?? 0) < mostAddresses
            else { continue }
            addresses = (addresses ?? []) + [address]
        }
        return addresses
    }

    /// The notifies that list addresses of ours.
    static func notifies(of addresses: [IPAddress]) -> [Payload] {
        addresses.map { address in
            let type: NotifyType =
                address.family == .v4 ? .additionalIPv4Address : .additionalIPv6Address
            return .notify(Notify(type, data: address.octets))
        }
    }
}

extension Engine {
    /// The addresses of this host, beside the one in use, that a rule is for.
    func otherAddresses(_ sa: IKESA, _ rule: Rule) -> [IPAddress] {
        let others = hostAddresses.filter { address in
            address != sa.local.address && rule.localAddresses.contains { $0.contains(address) }
        }
        return Array(others.prefix(Mobility.mostAddresses))
    }
}

// MARK: - IKE_AUTH

extension Engine {
    /// What says in IKE_AUTH that we speak MOBIKE.
    func mobilitySupport(_ sa: IKESA, _ rule: Rule) -> [Payload] {
        guard rule.mobike else { return [] }
        return [.notify(Notify(.mobikeSupported))]
            + Mobility.notifies(of: otherAddresses(sa, rule))
    }

    /// The peer speaks MOBIKE, too, or does not.
    func agreeOnMobility(_ contents: Contents, _ rule: Rule, sa: IKESA) {
        guard rule.mobike, contents.has(.mobikeSupported) else { return }
        sa.mobility = Mobility(
            decides: sa.role == .initiator, peerAddresses: Mobility.addresses(in: contents) ?? [],
            announced: otherAddresses(sa, rule))
    }
}

// MARK: - Looking for a way

extension Engine {
    /// The addresses of this host are others now, or its routes.
    func follow(_ addresses: [IPAddress]) {
        hostAddresses = addresses
        for sa in table.all {
            guard let session = sa.session, let mobility = sa.mobility else { continue }
            guard addresses.contains(sa.local.address) else {
                findPaths(sa, mobility, .replacement)
                continue
            }
            mobility.isStranded = false
            if otherAddresses(sa, session.rule) != mobility.announced {
                enqueueOnce(.announceAddresses, sa)
            }
        }
    }

    /// A request has long been without answer: the way may be at fault, not the peer.
    func tryOtherPaths(_ sa: IKESA) {
        guard let mobility = sa.mobility, mobility.decides, sa.session != nil else { return }
        findPaths(sa, mobility, .retry)
    }

    private func findPaths(_ sa: IKESA, _ mobility: Mobility, _ purpose: PathQuestion.Purpose) {
        emit(
            .findPaths(
                PathQuestion(
                    purpose: purpose, ikeSA: sa.localSPI,
                    remotes: [sa.remote.address] + mobility.peerAddresses)))
    }

    /// The host's routing has told which ways there are.
    func found(_ paths: [Path], _ question: PathQuestion) {
        guard let sa = table[question.ikeSA], let session = sa.session, let mobility = sa.mobility
        else { return }
        let pairs = paths.filter {
            hostAddresses.contains($0.local)
                && session.rule.covers(local: $0.local, remote: $0.remote)
        }.map { path in
            // Behind a NAT the peer's port is whatever it came from; elsewhere it listens there.
            AddressPair(
                local: SocketAddress(path.local, port: settings.nattPort),
                remote: path.remote == sa.remote.address
                    ? sa.remote.with(port: sa.nattPort(settings))
                    : SocketAddress(path.remote, port: settings.nattPort))
        }
        switch question.purpose {
        case .replacement
        where paths.contains(Path(local: sa.local.address, remote: sa.remote.address)):
            // An address that is not listed, of one link alone or of this host, may yet be in use.
            break
        case .replacement: replacePath(sa, mobility, by: pairs)
        case .retry:
            mobility.tried = pairs.filter { $0 != sa.pair }
            guard let message = sa.window.outstanding?.message else { return }
            for pair in mobility.tried {
                debug(.phase1, "\(name(sa)): asking again between \(pair)")
                transmit(message, local: pair.local, remote: pair.remote)
            }
        }
    }

    private func replacePath(_ sa: IKESA, _ mobility: Mobility, by pairs: [AddressPair]) {
        guard let pair = pairs.first else {
            if !mobility.isStranded {
                warn(
                    "\(name(sa)): our address \(sa.local.address) is gone, and no other leads to "
                        + "the peer; waiting for one")
            }
            mobility.isStranded = true
            return
        }
        mobility.isStranded = false
        // What is without answer was perhaps sent from the address that is gone.
        if let message = sa.window.outstanding?.message {
            transmit(message, local: pair.local, remote: pair.remote)
        }
        take(pair, sa, mobility)
    }

    /// Goes another way, and lets the peer know.
    private func take(_ pair: AddressPair, _ sa: IKESA, _ mobility: Mobility) {
        mobility.tried = []
        goOn(sa, between: pair)
        enqueueOnce(mobility.decides ? .updateAddresses : .announceAddresses, sa)
    }

    /// The answer to a request has come another way than the one in use.
    func answered(_ sa: IKESA, by pair: AddressPair) {
        guard let mobility = sa.mobility, mobility.decides, mobility.tried.contains(pair),
            sa.session != nil
        else { return }
        take(pair, sa, mobility)
    }

    /// Tells the peer of our addresses before all else, and once.
    private func enqueueOnce(_ task: Task, _ sa: IKESA) {
        let isUpdate = task.isUpdateOfAddresses
        sa.queue.removeAll {
            $0.isUpdateOfAddresses == isUpdate && ($0.isUpdateOfAddresses || $0.isAnnouncement)
        }
        sa.queue.insert(task, at: 0)
        advance(sa)
    }
}

extension Task {
    fileprivate var isUpdateOfAddresses: Bool {
        if case .updateAddresses = self { true } else { false }
    }

    fileprivate var isReturnCheck: Bool {
        if case .checkReturn = self { true } else { false }
    }

    fileprivate var isAnnouncement: Bool {
        if case .announceAddresses = self { true } else { false }
    }
}

extension IKESA {
    /// The peer's port for messages that bear the non-ESP marker.
    fileprivate func nattPort(_ settings: Engine.Settings) -> UInt16 {
        local.port == settings.nattPort ? remote.port : settings.nattPort
    }
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
            payloads += try natDetection(sa)
        } catch {
            fail(sa, "NAT detection: \(error)")
            return
        }
        if let cookie = update.cookie { payloads.append(.notify(Notify(.cookie2, data: cookie))) }
        let others = otherAddresses(sa, session.rule)
        if others != mobility.announced { payloads += announcement(of: others, mobility) }
        begin(.updateAddresses(update), payloads, session, sa: sa)
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
            if nats != nil { answer += try natDetection(sa.requestPair, sa) }
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
        begin(
            .announceAddresses, announcement(of: otherAddresses(sa, session.rule), mobility),
            session, sa: sa)
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
        begin(
            .checkReturn(cookie: cookie), [.notify(Notify(.cookie2, data: cookie))], session, sa: sa
        )
    }

    func receiveReturn(_ contents: Contents, of cookie: [UInt8], sa: IKESA) {
        guard contents.notify(.cookie2)?.data != cookie else { return }
        fail(sa, "the peer at \(sa.remote) does not bring back our COOKIE2")
    }

    private func begin(
        _ exchange: Exchange, _ payloads: [Payload], _ session: Session, sa: IKESA
    ) {
        var session = session
        session.exchange = exchange
        sa.state = .established(session)
        request(.informational, payloads, sa: sa, keys: session.keys)
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

    private func natDetection(
        _ pair: AddressPair, _ sa: IKESA
    ) throws(Refusal) -> [Payload] {
        do throws(CryptoError) {
            return try NATDetection.notifies(
                primitives, initiatorSPI: sa.initiatorSPI, responderSPI: sa.responderSPI,
                local: pair.local, remote: pair.remote)
        } catch {
            throw Refusal(error)
        }
    }
}
