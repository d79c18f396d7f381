import IPsec
import Net
import Policy
import Wire

// SAs that stand go on between other addresses: a NAT has given the peer another port
// (RFC 7296 §2.23), or one of the ends has moved (RFC 4555).

extension ChildSA {
    /// What the kernel is asked to carry over to other addresses: keys, counters and lifetimes
    /// stay.
    public struct Move: Sendable {
        /// One half, and where it goes.
        public struct Half: Hashable, Sendable {
            /// Its name before.
            public let id: SADEntry.ID
            /// Its source from now on.
            public let source: IPAddress
            /// Its destination from now on.
            public let destination: IPAddress
            /// The UDP encapsulation from now on.
            public let encapsulation: SADEntry.UDPEncapsulation?

            /// Its name from now on.
            public var newID: SADEntry.ID {
                SADEntry.ID(
                    destination: destination, protocolID: id.protocolID, spi: id.spi)
            }
        }

        /// Names the pair in the event that tells the outcome.
        public let reference: Reference
        /// What is to be moved.
        public let halves: Halves<Half>
        /// The mark of all.
        public let mark: Mark?
    }
}

extension Engine {
    /// An IKE SA and what belongs to it go on between other addresses.
    func relocate(_ sa: IKESA, to pair: AddressPair, _ nats: NATs) {
        goOn(sa, between: pair)
        carryOver(sa, nats)
    }

    /// The messages of an IKE SA go another way; its Child SAs stay where they are.
    func goOn(_ sa: IKESA, between pair: AddressPair) {
        guard sa.pair != pair else { return }
        notice("\(name(sa)): the IKE SA goes on between \(pair), before between \(sa.pair)")
        table.move(sa, to: pair)
        keepAlive(sa)
    }

    /// The Child SAs of an IKE SA, and the policies that they serve, follow it.
    func carryOver(_ sa: IKESA, _ nats: NATs) {
        if nats != sa.nats {
            sa.nats = nats
            notice("\(name(sa)): \(nats.words) from now on")
        }
        keepAlive(sa)
        let outer = Outer(sa)
        for child in sa.children where child.outer != outer {
            let old = child.outer
            let hasMoved = old.local != outer.local || old.remote != outer.remote
            if hasMoved, child.target.mode == .transport {
                // Its selectors are the addresses themselves; RFC 4555 is for tunnels.
                notice("\(name(sa)): the transport mode SA with SPI \(child.inboundSPI) ends")
                retire(child, of: sa)
                continue
            }
            carryOver(child, to: outer, of: sa)
            if hasMoved { movePolicies(of: child, from: old) }
        }
        rearm(sa)
    }

    private func carryOver(_ child: ChildSA, to outer: Outer, of sa: IKESA) {
        func half(_ id: SADEntry.ID, _ direction: SADEntry.Direction) -> ChildSA.Move.Half {
            ChildSA.Move.Half(
                id: id, source: outer.source(of: direction),
                destination: outer.destination(of: direction),
                encapsulation: outer.encapsulation(of: direction))
        }
        let halves: Halves<ChildSA.Move.Half> =
            switch child.removal.ids {
            case .both(let inbound, let outbound):
                .both(inbound: half(inbound, .inbound), outbound: half(outbound, .outbound))
            case .inbound(let id): .inbound(half(id, .inbound))
            case .outbound(let id): .outbound(half(id, .outbound))
            }
        child.outer = outer
        if case .successor(var entry) = child.state {
            entry.source = outer.local
            entry.id = child.outboundID
            entry.encapsulation = outer.encapsulation(of: .outbound)
            child.state = .successor(outbound: entry)
        }
        emit(
            .move(
                ChildSA.Move(
                    reference: ChildSA.Reference(
                        ikeSA: sa.localSPI, inboundSPI: child.inboundSPI),
                    halves: halves, mark: child.target.mark)))
    }

    /// The kernel could not carry a Child SA over, and has none of it any more.
    func notMoved(_ reference: ChildSA.Reference, _ reason: String) {
        guard let sa = table[reference.ikeSA],
            let child = sa.child(inboundSPI: reference.inboundSPI)
        else { return }
        warn("\(name(sa)): the Child SA with SPI \(child.inboundSPI) does not move: \(reason)")
        let isTold = if case .retiring = child.state { true } else { false }
        // Without a word to the kernel, where the name may be another SA's.
        missed(sa.rule)
        drop(child, of: sa)
        returnPolicies(of: child, sa: sa)
        if !isTold { queueDelete(child.inboundSPI, protocolID: child.suite.protocolID, sa) }
    }
}

// MARK: - NATs

extension Engine {
    /// ESP of the peer comes from another address or port: a NAT has forgotten the one before.
    ///
    /// The kernel tells it of authentic packets only. RFC 4555 §3.8 allows it with MOBIKE, too.
    func follow(_ mapping: Mapping) {
        guard let sa = table.ikeSA(ofInbound: mapping.id.spi), let session = sa.session,
            let child = sa.child(inboundSPI: mapping.id.spi), child.inboundID == mapping.id
        else { return }
        followNAT(of: sa, session, to: AddressPair(local: sa.local, remote: mapping.new))
    }

    /// Only who stands behind a NAT may change its address unannounced (RFC 7296 §2.23), and only
    /// to one that the rule is for.
    func followNAT(of sa: IKESA, _ session: Session, to pair: AddressPair) {
        guard sa.nats.contains(.there), sa.pair != pair else { return }
        guard session.rule.covers(local: pair.local.address, remote: pair.remote.address) else {
            complain(
                .otherAddress,
                "\(name(sa)): the peer comes from \(pair.remote), which is not among remote_addr; "
                    + "nothing is sent there")
            return
        }
        relocate(sa, to: pair, sa.nats)
    }
}
