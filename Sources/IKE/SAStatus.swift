import Policy
import IPsec
import Net
import Wire

// What there is to tell about SAs, taken at one moment.

/// An IKE SA as an administrator sees it.
public struct IKESAStatus: Sendable {
    /// Where it stands.
    public enum Stage: String, Sendable {
        case initiating, responding, halfOpen = "half_open", authenticating, established
        case superseded, deleting, closed
    }

    /// The SPIs, the responder's zero before it is known.
    public let initiatorSPI: IKESPI, responderSPI: IKESPI
    /// Our part in its beginning.
    public let role: Role
    /// Where it stands.
    public let stage: Stage
    /// The ends.
    public let pair: AddressPair
    /// Who the ends have proved to be: ours, then the peer's.
    public let identities: (ours: String, peers: String)?
    /// The label of the rule it is under, where that is settled.
    public let rule: String?
    /// The transforms agreed on: encryption, integrity if it is apart, PRF, key exchange.
    public let transforms: [Transform]
    /// Seconds since it came into being, and since it was established.
    public let age: UInt64, establishedFor: UInt64?
    /// Seconds until it is rekeyed, and until it ends.
    public let rekeyIn: UInt64?, expiresIn: UInt64?
    /// How often the request that is out was repeated.
    public let retransmissions: UInt32
    /// Requests that wait for the one that is out.
    public let waiting: Int
    /// Who stands behind a NAT.
    public let isHereBehindNAT: Bool, isPeerBehindNAT: Bool
    /// Whether both ends understand fragments (RFC 7383), and MOBIKE (RFC 4555).
    public let usesFragments: Bool, usesMOBIKE: Bool
    /// Its Child SAs.
    public let children: [ChildSAStatus]
}

/// A Child SA as an administrator sees it.
public struct ChildSAStatus: Sendable {
    /// Where it stands.
    public enum Stage: String, Sendable {
        case installing, installed
        /// As yet we only receive with it, or send no more.
        case successor, redundant, retiring
    }

    /// Where it stands.
    public let stage: Stage
    /// What we receive with.
    public let inbound: SADEntry.ID
    /// What we send with.
    public let outbound: SADEntry.ID
    /// The algorithms.
    public let suite: ChildSuite
    /// What of the kernel's policy it serves.
    public let target: ChildSA.Target
    /// The traffic selectors: ours, then the peer's.
    public let local: [TrafficSelector], remote: [TrafficSelector]
}

extension IKESAStatus {
    init(_ sa: IKESA, at now: Instant) {
        initiatorSPI = sa.initiatorSPI
        responderSPI = sa.responderSPI
        role = sa.role
        stage = Stage(sa.state)
        pair = sa.pair
        identities = sa.identities.map { ($0.ours.words, $0.peers.words) }
        rule = sa.rule?.label
        transforms = sa.keys?.suite.transforms ?? []
        age = now.since(sa.createdAt).wholeSeconds
        establishedFor = sa.establishedAt.map { now.since($0).wholeSeconds }
        rekeyIn = sa.rekeyAt.map { $0.since(now).wholeSeconds }
        expiresIn = sa.expiry.map { $0.since(now).wholeSeconds }
        retransmissions = sa.window.outstanding?.retransmissions ?? 0
        waiting = sa.queue.count + sa.postponed.count
        isHereBehindNAT = sa.nats.contains(.here)
        isPeerBehindNAT = sa.nats.contains(.there)
        usesFragments = sa.fragmentation != nil
        usesMOBIKE = sa.mobility != nil
        children = sa.children.map { ChildSAStatus($0) }
    }
}

extension IKESAStatus.Stage {
    fileprivate init(_ state: IKESA.State) {
        self =
            switch state {
            case .initiating: .initiating
            case .responding: .responding
            case .halfOpen: .halfOpen
            case .authenticating: .authenticating
            case .established: .established
            case .superseded: .superseded
            case .deleting: .deleting
            case .closed: .closed
            }
    }
}

extension ChildSAStatus {
    fileprivate init(_ child: ChildSA) {
        stage =
            switch child.state {
            case .installing: .installing
            case .installed: .installed
            case .successor: .successor
            case .redundant: .redundant
            case .retiring: .retiring
            }
        inbound = child.inboundID
        outbound = child.outboundID
        suite = child.suite
        target = child.target
        local = child.localSelectors
        remote = child.remoteSelectors
    }
}

extension Interval {
    fileprivate var wholeSeconds: UInt64 { nanoseconds / 1_000_000_000 }
}
