import Crypto
import Net
import Policy
import Wire

// The ways between the ends of an IKE SA with MOBIKE (RFC 4555): which of them is in use, and what
// is done when it fails.

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
    func take(_ pair: AddressPair, _ sa: IKESA, _ mobility: Mobility) {
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
    func enqueueOnce(_ task: Task, _ sa: IKESA) {
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

    var isReturnCheck: Bool {
        if case .checkReturn = self { true } else { false }
    }

    var isAnnouncement: Bool {
        if case .announceAddresses = self { true } else { false }
    }
}

extension IKESA {
    /// The peer's port for messages that bear the non-ESP marker.
    fileprivate func nattPort(_ settings: Engine.Settings) -> UInt16 {
        local.port == settings.nattPort ? remote.port : settings.nattPort
    }
}
