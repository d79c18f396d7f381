import Crypto
import IPsec
import Net
import Policy
import Wire

// What an administrator asks for by name.

/// What an administrator wants done with an SA or a rule that is there.
public enum AdministratorCommand: Sendable {
    /// Delete the IKE SA with our SPI, and its Child SAs, telling the peer.
    case deleteIKESA(IKESPI)
    /// The same with all of them.
    case deleteAllIKESAs
    /// Delete the Child SA at whose SPI we receive.
    case deleteChildSA(ChildSPI)
    /// Rekey the IKE SA with our SPI.
    case rekeyIKESA(IKESPI)
    /// Rekey the Child SA at whose SPI we receive.
    case rekeyChildSA(ChildSPI)
    /// Bring up what a rule is for, without waiting for traffic.
    case initiate(label: String)
}

extension Engine {
    /// Our SPIs of all IKE SAs, the oldest first.
    public func ikeSAs() -> [IKESPI] {
        // Of thousands the numbers alone are sorted, which is many times faster.
        table.all.map { ($0.createdAt, $0.localSPI) }.sorted { $0.0 < $1.0 }.map { $0.1 }
    }

    /// Our SPIs of the IKE SAs between two addresses.
    public func ikeSAs(local: IPAddress, remote: IPAddress) -> [IKESPI] {
        table.with(peer: remote).filter { $0.pair.isBetween(local, remote) }.map { $0.localSPI }
    }

    /// Our SPI of the IKE SA with these SPIs.
    public func ikeSA(initiatorSPI: IKESPI, responderSPI: IKESPI) -> IKESPI? {
        [initiatorSPI, responderSPI].first { spi in
            guard let sa = table[spi] else { return false }
            return sa.initiatorSPI == initiatorSPI && sa.responderSPI == responderSPI
        }
    }

    /// The SPIs at which we receive of the Child SAs that have an SPI, in either direction.
    public func childSAs(spi: ChildSPI) -> [ChildSPI] {
        if let sa = table.ikeSA(ofInbound: spi), sa.child(inboundSPI: spi) != nil { return [spi] }
        return table.all.flatMap { $0.children }.filter { $0.outboundSPI == spi }
            .map { $0.inboundSPI }
    }

    /// An IKE SA as it is now; `nil` when it has ended.
    public func status(of spi: IKESPI, at now: Instant) -> IKESAStatus? {
        table[spi].map { IKESAStatus($0, at: now) }
    }

    /// The IKE SA of a Child SA, as it is now.
    public func status(ofIKESAWith spi: ChildSPI, at now: Instant) -> IKESAStatus? {
        table.ikeSA(ofInbound: spi).map { IKESAStatus($0, at: now) }
    }

    /// The keys of an IKE SA; `nil` when it has ended, or has none yet.
    public func keys(of spi: IKESPI) -> IKESAKeys? {
        table[spi].flatMap { $0.keys }.map { IKESAKeys($0) }
    }

    /// The rules in force, in the order in which they are looked through.
    public var configuredRules: [Rule] { rules.rules }

    /// Forgets what others have answered about certificates, and who has not.
    public func forgetAnswers() {
        knownAnswers = FetchAnswers()
        fetchFailures = FetchFailures()
    }

    /// The numbers, and those of the front door and of fragments.
    public func counters() -> Counters {
        let all = table.all
        return Counters(
            statistics: statistics, door: door.counters, fragments: fragmentCounters,
            asInitiator: all.count { $0.role == .initiator },
            asResponder: all.count { $0.role == .responder },
            halfOpen: table.halfOpenCount,
            children: all.reduce(0) { $0 + $1.children.count })
    }

    /// What there is and what has been, in numbers.
    public struct Counters: Sendable {
        /// What has happened.
        public let statistics: Statistics
        /// What became of strangers' requests.
        public let door: FrontDoorCounters
        /// Messages in fragments (RFC 7383).
        public let fragments: FragmentCounters
        /// IKE SAs that are there, by our part in their beginning.
        public let asInitiator: Int, asResponder: Int
        /// Those of them that wait for IKE_AUTH.
        public let halfOpen: Int
        /// Child SAs that are there.
        public let children: Int
    }

    func obey(_ command: AdministratorCommand) {
        switch command {
        case .deleteIKESA(let spi):
            if let sa = table[spi] { deleteIKESA(sa, because: Self.wish) }
        case .deleteAllIKESAs:
            for sa in table.all where sa.session != nil || sa.identities == nil {
                deleteIKESA(sa, because: Self.wish)
            }
        case .deleteChildSA(let spi):
            guard let sa = table.ikeSA(ofInbound: spi), let child = sa.child(inboundSPI: spi)
            else { return }
            // The peer has been told of one that is on its way out.
            if case .retiring = child.state { return }
            notice("\(name(sa)): the Child SA with SPI \(spi) is deleted: \(Self.wish)")
            retire(child, of: sa)
            advance(sa)
        case .rekeyIKESA(let spi):
            guard let sa = table[spi], sa.session != nil else { return }
            sa.rekeyAt = nil
            enqueue(.rekeyIKE(attempt: 0), sa)
        case .rekeyChildSA(let spi):
            guard let sa = table.ikeSA(ofInbound: spi), let child = sa.child(inboundSPI: spi)
            else { return }
            rekey(child, of: sa)
        case .initiate(let label):
            if let rule = rules.rules.first(where: { $0.label == label }) { bringUp(rule) }
        }
    }

    private static let wish = "an administrator wants it"
}
