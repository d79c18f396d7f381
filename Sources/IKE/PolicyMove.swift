import IPsec
import Net
import Wire

// An outbound tunnel policy names the peer's gateway, and the kernel sends by that name. Where a
// Child SA has moved, its policies follow it, and go back to what the administrator wrote when
// it ends.

/// Policies whose templates name gateways that a Child SA has moved from.
public struct PolicyMove: Hashable, Sendable {
    /// The gateways of a template.
    public struct Gateways: Hashable, Sendable {
        /// Our outer address.
        public let local: IPAddress
        /// The peer's.
        public let remote: IPAddress
    }

    /// What of the policies the Child SA serves.
    public let target: ChildSA.Target
    /// ESP or AH.
    public let protocolID: SecurityProtocol
    /// What the templates have.
    public let old: Gateways
    /// What they are to have.
    public let new: Gateways

    /// The template that a policy is to have; `nil` for one that is not meant.
    ///
    /// What the administrator left open stays open.
    public func template(of policy: SecurityPolicy) -> Template? {
        guard var template = policy.template, template.mode == .tunnel,
            template.protocolID == protocolID, template.reqid == target.reqid,
            policy.interfaceID == target.interfaceID, policy.mark == target.mark
        else { return nil }
        let old: (source: IPAddress, destination: IPAddress)
        let new: (source: IPAddress, destination: IPAddress)
        switch policy.direction {
        case .outbound:
            guard policy.selector == target.policy else { return nil }
            old = (self.old.local, self.old.remote)
            new = (self.new.local, self.new.remote)
        case .inbound, .forward:
            // The twin may take more than what the outbound policy sends.
            guard policy.selector.contains(target.policy.reversed) else { return nil }
            old = (self.old.remote, self.old.local)
            new = (self.new.remote, self.new.local)
        }
        guard template.covers(source: old.source, destination: old.destination) else { return nil }
        let before = template
        if template.source != nil { template.source = new.source }
        if template.destination != nil { template.destination = new.destination }
        return template == before ? nil : template
    }
}

extension Engine {
    /// The policies of a Child SA that has moved get its gateways.
    func movePolicies(of child: ChildSA, from old: Outer) {
        movePolicies(
            of: child, from: PolicyMove.Gateways(local: old.local, remote: old.remote),
            to: PolicyMove.Gateways(child.outer))
    }

    /// A Child SA of an IKE SA that has moved is new: its policies may still name the gateways of
    /// before.
    func fetchPolicies(of child: ChildSA, sa: IKESA) {
        guard let home = sa.home else { return }
        movePolicies(
            of: child, from: PolicyMove.Gateways(home), to: PolicyMove.Gateways(child.outer))
    }

    /// A Child SA has ended: where no other serves its policies, they name the gateways of before.
    func returnPolicies(of child: ChildSA, sa: IKESA) {
        guard let home = sa.home,
            !sa.children.contains(where: { $0 !== child && $0.target == child.target })
        else { return }
        movePolicies(
            of: child, from: PolicyMove.Gateways(child.outer), to: PolicyMove.Gateways(home))
    }

    private func movePolicies(
        of child: ChildSA, from old: PolicyMove.Gateways, to new: PolicyMove.Gateways
    ) {
        guard child.target.mode == .tunnel, old != new else { return }
        emit(
            .movePolicies(
                PolicyMove(
                    target: child.target, protocolID: child.suite.protocolID, old: old, new: new)))
    }
}

extension PolicyMove.Gateways {
    fileprivate init(_ outer: Outer) {
        self.init(local: outer.local, remote: outer.remote)
    }

    fileprivate init(_ pair: AddressPair) {
        self.init(local: pair.local.address, remote: pair.remote.address)
    }
}
