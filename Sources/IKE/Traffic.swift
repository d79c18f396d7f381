import IPsec
import Policy
import Wire

/// What went through a Child SA since it was made.
public struct Traffic: Hashable, Sendable {
    /// The SPI at which we receive.
    public let inboundSPI: ChildSPI
    /// Packets received.
    public let received: UInt64
    /// Packets sent.
    public let sent: UInt64

    /// The traffic of a Child SA.
    public init(inboundSPI: ChildSPI, received: UInt64, sent: UInt64) {
        self.inboundSPI = inboundSPI
        self.received = received
        self.sent = sent
    }
}

/// The Child SAs of an IKE SA whose traffic the engine asks for.
public struct TrafficQuestion: Hashable, Sendable {
    /// Our SPI of the IKE SA.
    public let ikeSA: IKESPI
    /// The Child SAs.
    public let children: [Child]

    /// A Child SA as the kernel knows it.
    public struct Child: Hashable, Sendable {
        /// What we receive with.
        public let inbound: SADEntry.ID
        /// What we send with.
        public let outbound: SADEntry.ID
        /// The mark of both.
        public let mark: Mark?
    }
}

// Whether a peer lives and a Child SA is of use shows in what goes through the Child SAs. Nothing
// is asked of the kernel before it matters.

extension Engine {
    /// When the kernel is to be asked next; `nil` when nothing depends on it.
    func nextMeasurement(of sa: IKESA) -> Instant? {
        guard sa.window.outstanding == nil, let session = sa.session, session.exchange == nil
        else { return nil }
        var earliest: Instant?
        if session.rule.dpdInterval > 0 {
            earliest = sa.checkedAt + .seconds(session.rule.dpdInterval)
        }
        if let idle = session.rule.lifetimes.idleSeconds {
            for child in sa.children where child.isInstalled {
                let due = child.movedAt + .seconds(idle)
                earliest = earliest.map { min($0, due) } ?? due
            }
        }
        return earliest
    }

    /// Asks the kernel, or, where there is no Child SA to tell, the peer.
    func measure(_ session: Session, sa: IKESA) {
        let children = sa.children.filter { $0.isInstalled }
        guard !children.isEmpty else {
            probe(session, sa: sa)
            return
        }
        emit(
            .measure(
                TrafficQuestion(
                    ikeSA: sa.localSPI,
                    children: children.map {
                        TrafficQuestion.Child(
                            inbound: $0.inboundID, outbound: $0.outboundID, mark: $0.target.mark)
                    })))
    }

    /// The kernel has answered.
    func measured(_ spi: IKESPI, _ traffic: [Traffic]) {
        guard let sa = table[spi], let session = sa.session else { return }
        var hasReceived = false
        var hasSent = false
        var measured: [ChildSA] = []
        for item in traffic {
            guard let child = sa.child(inboundSPI: item.inboundSPI) else { continue }
            measured.append(child)
            let receives = item.received != child.traffic.received
            let sends = item.sent != child.traffic.sent
            if receives || sends { child.movedAt = now }
            hasReceived = hasReceived || receives
            hasSent = hasSent || sends
            child.traffic = item
        }
        // Of what the kernel does not tell, the worst is to be feared.
        if sa.children.contains(where: { child in
            child.isInstalled && !measured.contains { $0 === child }
        }) {
            hasSent = true
        }
        retireIdle(measured, session, sa: sa)
        let isDue =
            session.rule.dpdInterval > 0
            && sa.checkedAt + .seconds(session.rule.dpdInterval) <= now
        if isDue || hasReceived { sa.checkedAt = now }
        // Who has sent nothing has no need to know.
        if isDue, hasSent, !hasReceived, sa.window.requestID != nil, let session = sa.session,
            session.exchange == nil
        {
            probe(session, sa: sa)
        }
        rearm(sa)
    }

    private func retireIdle(_ children: [ChildSA], _ session: Session, sa: IKESA) {
        guard let idle = session.rule.lifetimes.idleSeconds else { return }
        for child in children
        where child.isInstalled && child.movedAt + .seconds(idle) <= now {
            notice("\(name(sa)): the Child SA with SPI \(child.inboundSPI) is idle; deleted")
            retire(child, of: sa)
        }
    }
}
