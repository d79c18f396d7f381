import Crypto
import IKE
import IPsec
import Net
import Wire

/// What of XFRM the engine can tell from the real one: policies, acquires, a SAD that takes each
/// SA once, and refusals.
final class FakeKernel {
    private(set) var policies: [SecurityPolicy] = []
    private(set) var entries: [SADEntry.ID: SADEntry] = [:]
    /// The outbound SAs, the newest last: the kernel sends with that one.
    private(set) var outbound: [SADEntry] = []
    /// Acquires that no SA has answered yet, by sequence.
    private(set) var larvals: [UInt32: Acquire] = [:]
    private var packets: [SADEntry.ID: UInt64] = [:]
    private var lastSequence: UInt32 = 0
    /// How many of the next writes fail, and with what words.
    var refusals: [String] = []

    func add(_ policy: SecurityPolicy) { policies.append(policy) }

    /// A packet is to be sent: what the kernel tells the key manager, if anything.
    func send(_ flow: Selector, from local: IPAddress, to remote: IPAddress) -> Acquire? {
        let policy = policies.first { $0.direction == .outbound && $0.selector.contains(flow) }
        guard let policy, let template = policy.template else { return nil }
        let source = template.source ?? local
        let destination = template.destination ?? remote
        let carries = entries.values.contains {
            $0.direction == .outbound && $0.id.destination == destination
                && $0.reqid == template.reqid && ($0.selector?.contains(flow) ?? true)
        }
        guard !carries else { return nil }
        lastSequence += 1
        let acquire = Acquire(
            sequence: lastSequence, source: source, destination: destination, flow: flow,
            policy: policy.selector, policyIndex: policy.index, template: template,
            interfaceID: policy.interfaceID, mark: policy.mark)
        larvals[lastSequence] = acquire
        return acquire
    }

    /// Writes all or nothing.
    func install(_ installation: ChildSA.Installation) -> Event {
        let new = installation.entries.all
        for (index, entry) in new.enumerated() {
            let refusal: String?
            if refusals.isEmpty {
                refusal = entries[entry.id] == nil ? nil : "File exists"
            } else {
                refusal = refusals.removeFirst()
            }
            if let refusal {
                remove(new.prefix(index).map { $0.id })
                return .refused(installation.reference, reason: refusal)
            }
            entries[entry.id] = entry
            if entry.direction == .outbound { outbound.append(entry) }
            larvals[entry.sequence] = nil
        }
        return .installed(installation.reference)
    }

    func remove(_ removal: ChildSA.Removal) {
        remove(removal.ids.all)
    }

    private func remove(_ ids: [SADEntry.ID]) {
        for id in ids {
            entries[id] = nil
            packets[id] = nil
            outbound.removeAll { $0.id == id }
        }
    }

    /// Carries SAs over to other addresses, or loses them.
    func move(_ move: ChildSA.Move) -> Event? {
        for half in move.halves.all {
            guard var entry = entries[half.id], refusals.isEmpty else {
                let reason = refusals.isEmpty ? "No such process" : refusals.removeFirst()
                remove(move.halves.all.map { $0.id })
                return .notMoved(move.reference, reason: reason)
            }
            entry.id = half.newID
            entry.source = half.source
            entry.encapsulation = half.encapsulation
            entries[half.id] = nil
            entries[entry.id] = entry
            if let place = outbound.firstIndex(where: { $0.id == half.id }) {
                outbound[place] = entry
            }
        }
        return nil
    }

    /// Gives the templates that name some gateways others.
    func move(_ move: PolicyMove) {
        for index in policies.indices {
            guard let template = move.template(of: policies[index]) else { continue }
            policies[index].action = .protect(template)
        }
    }

    /// The SA that a packet for policies with this reqid is sent with: one between the gateways
    /// that its policy names, if it names any.
    func sending(reqid: UInt32) -> SADEntry? {
        let template = policies.first {
            $0.direction == .outbound && $0.template?.reqid == reqid
        }?.template
        return outbound.last {
            $0.reqid == reqid
                && template?.covers(source: $0.source, destination: $0.id.destination) ?? true
        }
    }

    /// A packet goes with the SA that it would go with, and arrives if the peer has it.
    func carry(reqid: UInt32, to peer: FakeKernel? = nil) {
        guard let entry = sending(reqid: reqid) else { return }
        packets[entry.id, default: 0] += 1
        if let peer, peer.entries[entry.id] != nil { peer.packets[entry.id, default: 0] += 1 }
    }

    func measure(_ question: TrafficQuestion) -> [Traffic] {
        question.children.compactMap { child in
            guard entries[child.inbound] != nil, entries[child.outbound] != nil else { return nil }
            return Traffic(
                inboundSPI: child.inbound.spi, received: packets[child.inbound] ?? 0,
                sent: packets[child.outbound] ?? 0)
        }
    }

    /// An SA reaches a lifetime; at the hard one the kernel removes it.
    func expire(_ id: SADEntry.ID, isHard: Bool) -> Event {
        if isHard { remove([id]) }
        return .expire(Expire(id: id, isHard: isHard))
    }

    /// As after a reboot.
    func flush() {
        entries = [:]
        outbound = []
        larvals = [:]
    }
}
