import Net
import Wire

/// Our copy of the kernel's policies, in the order in which the kernel looks at them.
public struct SecurityPolicyDatabase: Sendable {
    /// The outbound policies, the most important first.
    public private(set) var outbound: [SecurityPolicy] = []
    /// The inbound policies, the most important first.
    public private(set) var inbound: [SecurityPolicy] = []

    /// The database of a kernel's dump. Forward policies play no part in negotiation.
    public init(_ policies: [SecurityPolicy] = []) {
        for policy in policies.sorted(by: Self.precedes) {
            switch policy.direction {
            case .outbound: outbound.append(policy)
            case .inbound: inbound.append(policy)
            case .forward: break
            }
        }
    }

    /// Adds a policy, or puts it in the place of the one with the same index.
    public mutating func update(_ policy: SecurityPolicy) {
        remove(index: policy.index, direction: policy.direction)
        switch policy.direction {
        case .outbound: Self.insert(policy, into: &outbound)
        case .inbound: Self.insert(policy, into: &inbound)
        case .forward: break
        }
    }

    /// Removes a policy; one that is not there is no error.
    public mutating func remove(index: UInt32, direction: SecurityPolicy.Direction) {
        switch direction {
        case .outbound: outbound.removeAll { $0.index == index }
        case .inbound: inbound.removeAll { $0.index == index }
        case .forward: break
        }
    }

    /// The inbound policy that takes back what an outbound one sends out: the same selector the
    /// other way round, protected by the same protocol, mode and reqid, the same interface.
    public func inboundTwin(of policy: SecurityPolicy) -> SecurityPolicy? {
        guard let template = policy.template else { return nil }
        return inbound.first { candidate in
            guard let other = candidate.template else { return false }
            return candidate.interfaceID == policy.interfaceID
                && other.protocolID == template.protocolID && other.mode == template.mode
                && other.reqid == template.reqid
                && candidate.selector.contains(policy.selector.reversed)
        }
    }

    private static func insert(_ policy: SecurityPolicy, into list: inout [SecurityPolicy]) {
        let place = list.firstIndex { precedes(policy, $0) } ?? list.endIndex
        list.insert(policy, at: place)
    }

    private static func precedes(_ a: SecurityPolicy, _ b: SecurityPolicy) -> Bool {
        (a.priority, a.index) < (b.priority, b.index)
    }
}

extension Selector {
    /// Whether every packet of `other` matches this one too.
    public func contains(_ other: Selector) -> Bool {
        source.contains(other.source) && destination.contains(other.destination)
            && sourcePorts.contains(other.sourcePorts)
            && destinationPorts.contains(other.destinationPorts)
            && (protocolID == 0 || protocolID == other.protocolID)
    }
}
