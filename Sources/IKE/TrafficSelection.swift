import IPsec
import Net
import Policy
import Wire

/// Which traffic a Child SA is for (RFC 7296 §2.9). Pure functions.
enum TrafficSelection {
    /// What a responder grants of a proposal.
    struct Grant: Equatable {
        /// The outbound policy that the SA will serve.
        let policy: SecurityPolicy
        let template: Template
        let mode: Mode
        /// Our side, narrowed.
        let local: [TrafficSelector]
        /// The peer's side, narrowed.
        let remote: [TrafficSelector]
    }

    /// What a responder goes by.
    struct Terms {
        let localAddress: IPAddress
        let remoteAddress: IPAddress
        let rule: Rule
        /// Whether the initiator asked for transport mode (RFC 7296 §1.3.1).
        let wantsTransport: Bool
        /// ESP or AH, as the proposals have it.
        let protocols: [SecurityProtocol]
        /// The addresses that the IKE SA was established between, when it has moved since.
        var home: AddressPair?

        /// Whether a template is for our gateways, by the names of now or of before.
        func areMet(by template: Template) -> Bool {
            template.covers(source: localAddress, destination: remoteAddress)
                || home?.serves(template) == true
        }
    }

    /// Looks for the policy that a proposal meets, and narrows the proposal to it.
    ///
    /// The first pair of selectors is the packet that the initiator wants to send, so a policy
    /// that takes this packet comes before those that take only other parts of the proposal.
    static func grant(
        local: [TrafficSelector], remote: [TrafficSelector], terms: Terms,
        policies: SecurityPolicyDatabase
    ) throws(Refusal) -> Grant {
        var misses: [PolicyMiss] = []
        var second: Grant?
        for policy in policies.outbound {
            // Most policies are somebody else's: the addresses say so at once.
            let selector = policy.selector
            guard remote.contains(where: { $0.addresses.meets(selector.destination) }),
                local.contains(where: { $0.addresses.meets(selector.source) })
            else { continue }
            if case .unsupported(let reason) = policy.action {
                misses.append(PolicyMiss(selector: selector, reason: .unsupported(reason)))
            }
            guard let template = policy.template else { continue }
            let ours = narrow(local, to: selector.sourceTrafficSelector)
            let theirs = narrow(remote, to: selector.destinationTrafficSelector)
            guard canCarry(ours, theirs) else { continue }
            if let reason = PolicyMiss.Reason(policy, template, terms: terms, policies: policies) {
                misses.append(PolicyMiss(selector: selector, reason: reason))
                continue
            }
            let grant = Grant(
                policy: policy, template: template, mode: template.mode, local: ours,
                remote: theirs)
            if meetsFirstPair(local, remote, selector) { return grant }
            second = second ?? grant
        }
        if let second { return second }
        throw PolicyMiss.refusal(
            misses, local: local, remote: remote, terms: terms, policies: policies)
    }

    /// Whether there is a packet that selectors of the two sides are for: it has one protocol.
    private static func canCarry(_ local: [TrafficSelector], _ remote: [TrafficSelector]) -> Bool {
        local.contains { ours in
            remote.contains { theirs in
                ours.protocolID == 0 || theirs.protocolID == 0
                    || ours.protocolID == theirs.protocolID
            }
        }
    }

    private static func meetsFirstPair(
        _ local: [TrafficSelector], _ remote: [TrafficSelector], _ policy: Selector
    ) -> Bool {
        guard let local = local.first, let remote = remote.first else { return false }
        return local.intersection(policy.sourceTrafficSelector) != nil
            && remote.intersection(policy.destinationTrafficSelector) != nil
    }

    /// Selectors that a Child SA has on either side: no honest peer needs more.
    private static let most = 16

    /// What of each proposed selector lies within the limit, without those that another covers.
    static func narrow(
        _ proposed: [TrafficSelector], to limit: TrafficSelector
    ) -> [TrafficSelector] {
        var narrowed: [TrafficSelector] = []
        for selector in proposed where narrowed.count < most {
            guard let part = selector.intersection(limit),
                !narrowed.contains(where: { $0.contains(part) })
            else { continue }
            narrowed.removeAll { part.contains($0) }
            narrowed.append(part)
        }
        return narrowed
    }

    /// Whether an answer is not wider than the proposal (RFC 7296 §2.9).
    static func isNarrowed(_ answer: [TrafficSelector], from proposed: [TrafficSelector]) -> Bool {
        !answer.isEmpty && answer.allSatisfy { part in proposed.contains { $0.contains(part) } }
    }

    /// The kernel selector of an outbound SA that was narrowed below its policy: without it, other
    /// packets of the policy would take the SA and be dropped by the peer.
    static func kernelSelector(
        local: [TrafficSelector], remote: [TrafficSelector], policy: Selector
    ) -> Selector? {
        guard local.count == 1, remote.count == 1, let local = local.first,
            let remote = remote.first,
            local != policy.sourceTrafficSelector || remote != policy.destinationTrafficSelector
        else { return nil }
        return Selector(from: local, to: remote, interface: policy.interface)
    }

    /// Selectors as a log line shows them.
    static func list(_ selectors: [TrafficSelector]) -> String {
        listed(selectors, separator: " ")
    }
}

extension TrafficSelector {
    /// The traffic in both; `nil` when there is none.
    func intersection(_ other: TrafficSelector) -> TrafficSelector? {
        guard protocolID == 0 || other.protocolID == 0 || protocolID == other.protocolID,
            let addresses = addresses.intersection(other.addresses),
            let ports = ports.intersection(other.ports)
        else { return nil }
        return TrafficSelector(
            protocolID: max(protocolID, other.protocolID), ports: ports, addresses: addresses)
    }

    /// Whether all traffic of `other` is in this one.
    func contains(_ other: TrafficSelector) -> Bool {
        (protocolID == 0 || protocolID == other.protocolID) && ports.contains(other.ports)
            && addresses.contains(other.addresses)
    }
}
