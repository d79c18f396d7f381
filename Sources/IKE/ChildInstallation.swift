import Crypto
import IPsec
import Net
import Policy
import Wire

// From an agreement on a Child SA to the SAs in the kernel, and out of it again.

/// What the keys of a Child SA come from, beside those of the IKE SA.
struct ChildKeySource {
    let nonces: Nonces
    /// The secret of the Child SA's own key exchange, if it had one.
    let sharedSecret: Secret?
    /// Our role in the exchange that made the Child SA.
    let role: Role
}

extension Engine {
    /// Derives the keys of a Child SA.
    ///
    /// - Parameter sequence: the larval SA that the outbound half takes the place of; 0 for none.
    func entries(
        of child: ChildSA, _ session: Session, _ source: ChildKeySource, sequence: UInt32 = 0,
        sa: IKESA
    ) throws(Refusal) -> (inbound: SADEntry, outbound: SADEntry) {
        let keys: ChildKeys
        do throws(CryptoError) {
            keys = try KeySchedule.child(
                primitives, keys: session.keys, suite: child.suite,
                sharedSecret: source.sharedSecret, nonces: source.nonces)
        } catch {
            throw Refusal(error)
        }
        return (
            inbound: entry(
                .inbound, child, session.rule, keys, sender: source.role.other, sequence: 0),
            outbound: entry(
                .outbound, child, session.rule, keys, sender: source.role, sequence: sequence)
        )
    }

    private func entry(
        _ direction: SADEntry.Direction, _ child: ChildSA, _ rule: Rule, _ keys: ChildKeys,
        sender: Role, sequence: UInt32
    ) -> SADEntry {
        let isInbound = direction == .inbound
        let selector = TrafficSelection.kernelSelector(
            local: child.localSelectors, remote: child.remoteSelectors,
            policy: child.target.policy)
        return SADEntry(
            direction: direction, source: child.outer.source(of: direction),
            id: isInbound ? child.inboundID : child.outboundID, mode: child.target.mode,
            reqid: child.target.reqid, interfaceID: child.target.interfaceID,
            mark: child.target.mark, selector: isInbound ? selector?.reversed : selector,
            suite: child.suite, encryptionKey: keys.encryption(of: sender),
            integrityKey: keys.integrity(of: sender),
            encapsulation: child.outer.encapsulation(of: direction),
            lifetime: SADEntry.Lifetime(rule.lifetimes, jitter: randomJitter()),
            sequence: sequence)
    }

    /// Takes a new Child SA into our books.
    func add(_ child: ChildSA, to sa: IKESA) {
        sa.children.append(child)
        table.insert(child, of: sa)
    }

    /// Takes a Child SA out of our books, not out of the kernel.
    func drop(_ child: ChildSA, of sa: IKESA) {
        sa.children.removeAll { $0 === child }
        table.remove(child)
    }

    /// Asks the kernel to take one half of a Child SA, or both.
    func write(
        _ entries: Halves<SADEntry>, of child: ChildSA, then completion: ChildSA.Completion,
        sa: IKESA
    ) {
        child.state = .installing(completion)
        let reference = ChildSA.Reference(ikeSA: sa.localSPI, inboundSPI: child.inboundSPI)
        emit(.install(ChildSA.Installation(reference: reference, entries: entries)))
    }

    /// The kernel has answered an ``Effect/install(_:)``.
    func complete(_ reference: ChildSA.Reference, refusal: String?) {
        guard let sa = table[reference.ikeSA], let session = sa.session,
            let child = sa.child(inboundSPI: reference.inboundSPI),
            case .installing(let completion) = child.state
        else { return }
        if let refusal {
            refused(child, completion, refusal, session, sa: sa)
        } else {
            installed(child, completion, session, sa: sa)
        }
        advance(sa)
    }

    private func installed(
        _ child: ChildSA, _ completion: ChildSA.Completion, _ session: Session, sa: IKESA
    ) {
        fetchPolicies(of: child, sa: sa)
        failures.settle(with: sa.remote.address, at: now)
        count(completion, of: child)
        switch completion {
        case .respond(let answer):
            child.state = .installed
            notice("\(name(sa)): Child SA established: \(child)")
            respond(answer.exchange, answer.granted, sa: sa, keys: session.keys)
            settleCrossing(sa)
        case .respondToRekeying(let answer, let outbound):
            child.state = .successor(outbound: outbound)
            notice("\(name(sa)): the peer rekeyed a Child SA: \(child)")
            respond(answer.exchange, answer.granted, sa: sa, keys: session.keys)
        case .confirm:
            child.state = .installed
            let what = child.predecessor == nil ? "established" : "rekeyed"
            notice("\(name(sa)): Child SA \(what): \(child)")
            retirePredecessor(of: child, sa: sa)
            settleCrossing(sa)
        case .confirmRedundant: retire(child, of: sa)
        case .switchOver: child.state = .installed
        }
    }

    private func count(_ completion: ChildSA.Completion, of child: ChildSA) {
        switch completion {
        case .respond, .respondToRekeying, .confirm:
            statistics.childSAs += 1
            if child.predecessor != nil { statistics.rekeyedChildSAs += 1 }
        case .confirmRedundant, .switchOver: break
        }
    }

    private func refused(
        _ child: ChildSA, _ completion: ChildSA.Completion, _ reason: String, _ session: Session,
        sa: IKESA
    ) {
        report(.childSA, .here, Reason("the kernel refuses it: \(reason)"), of: sa)
        switch completion {
        case .respond(let answer), .respondToRekeying(let answer, _):
            drop(child, of: sa)
            respond(answer.exchange, answer.refused, sa: sa, keys: session.keys)
        case .confirm, .confirmRedundant:
            drop(child, of: sa)
            queueDelete(child.inboundSPI, protocolID: child.suite.protocolID, sa)
        case .switchOver:
            // What we receive with is in the kernel, and goes.
            removeChild(child, of: sa)
            queueDelete(child.inboundSPI, protocolID: child.suite.protocolID, sa)
        }
    }
}

extension SADEntry.Lifetime {
    /// The kernel's part of a rule's lifetimes. `jitter` of 0…255 brings the soft ones forward by
    /// up to a sixteenth, so that the two ends do not rekey at the same moment (RFC 7296 §2.8).
    init(_ lifetimes: Lifetimes, jitter: UInt8) {
        self.init(
            softSeconds: UInt64(lifetimes.childSoftSeconds).early(jitter),
            hardSeconds: UInt64(lifetimes.childSeconds),
            softOctets: lifetimes.childSoftKilobytes.map {
                Self.octets(kilobytes: $0).early(jitter)
            },
            hardOctets: lifetimes.childKilobytes.map(Self.octets))
    }

    private static func octets(kilobytes: UInt64) -> UInt64 {
        let (octets, overflow) = kilobytes.multipliedReportingOverflow(by: 1024)
        return overflow ? .max : octets
    }
}

extension UInt64 {
    /// Up to a sixteenth less.
    fileprivate func early(_ jitter: UInt8) -> UInt64 {
        let most = self / 16
        return self - (most / 255 * UInt64(jitter) + most % 255 * UInt64(jitter) / 255)
    }
}
