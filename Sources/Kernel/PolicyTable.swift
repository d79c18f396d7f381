import CLinux
import IPsec
import Net
import Wire

/// The kernel's policies, for the one program that writes them.
public final class PolicyTable {
    private let requests: NetlinkSocket

    /// Requests that go to the kernel in one datagram: it takes them one after another, and says
    /// which it refuses.
    private static let batchSize = 64

    /// Opens the way to the kernel.
    public init() throws(KernelError) {
        do throws(NetlinkError) {
            requests = try NetlinkSocket(NETLINK_XFRM)
        } catch {
            throw KernelError(error, during: "open XFRM")
        }
    }

    /// One change of a policy.
    public enum Change {
        case add(SecurityPolicy)
        /// All but the index and what the policy is for may change.
        case update(SecurityPolicy)
        case remove(SecurityPolicy)
    }

    /// A change that the kernel refuses, by its place.
    public struct Refusal {
        /// Its place among those asked for.
        public let place: Int
        /// Why.
        public let error: KernelError
    }

    /// Every policy of the kernel but those of single sockets.
    public func policies() throws(KernelError) -> [SecurityPolicy] {
        try requests.policies()
    }

    /// Makes changes in their order, up to the datagram that holds the first that the kernel
    /// refuses. Returns how many were tried, and which of those were refused.
    public func apply(_ changes: [Change]) throws(KernelError) -> (tried: Int, [Refusal]) {
        var refusals: [Refusal] = []
        var place = 0
        while place < changes.count, refusals.isEmpty {
            let end = min(place + Self.batchSize, changes.count)
            var batch = changes[place..<end].map { NetlinkRequest($0) }
            do throws(NetlinkError) {
                for (index, error) in try requests.perform(batch: &batch) {
                    refusals.append(
                        Refusal(
                            place: place + index,
                            error: KernelError(error, during: changes[place + index].operation)))
                }
            } catch {
                throw KernelError(error, during: "write security policies")
            }
            place = end
        }
        return (place, refusals)
    }
}

extension PolicyTable.Change {
    /// What it is, in words.
    fileprivate var operation: String {
        switch self {
        case .add(let policy): "add the policy \(policy.direction.name) \(policy.selector)"
        case .update(let policy): "change the policy \(policy.direction.name) \(policy.selector)"
        case .remove(let policy): "remove the policy \(policy.direction.name) \(policy.selector)"
        }
    }
}

extension NetlinkRequest {
    /// The request that makes a change.
    init(_ change: PolicyTable.Change) {
        switch change {
        case .add(let policy): self.init(type: XFRM_MSG_NEWPOLICY, policy)
        case .update(let policy): self.init(type: XFRM_MSG_UPDPOLICY, policy)
        case .remove(let policy):
            self.init(type: XFRM_MSG_DELPOLICY, flags: 0)
            // The kernel goes by the index: never somebody else's of the same selector.
            append(xfrm_userpolicy_id.self) {
                $0.sel.set(policy.selector)
                $0.index = policy.index
                $0.dir = policy.direction.xfrm
            }
            appendBinding(of: policy)
        }
    }

    private init(type: Int, _ policy: SecurityPolicy) {
        self.init(type: type, flags: 0)
        append(xfrm_userpolicy_info.self) { $0.set(policy) }
        if let template = policy.template {
            append(XFRMA_TMPL) {
                $0.append(xfrm_user_tmpl.self) { $0.set(template, policy.selector) }
            }
        }
        appendBinding(of: policy)
    }

    /// Mark and interface tell policies apart.
    private mutating func appendBinding(of policy: SecurityPolicy) {
        if let mark = policy.mark { append(XFRMA_MARK, mark.xfrm) }
        if policy.interfaceID != 0 { append(XFRMA_IF_ID, policy.interfaceID) }
    }
}

extension SecurityPolicy.Direction {
    /// The number of XFRM.
    fileprivate var xfrm: UInt8 {
        switch self {
        case .inbound: UInt8(truncatingIfNeeded: XFRM_POLICY_IN)
        case .outbound: UInt8(truncatingIfNeeded: XFRM_POLICY_OUT)
        case .forward: UInt8(truncatingIfNeeded: XFRM_POLICY_FWD)
        }
    }
}

extension xfrm_userpolicy_info {
    /// Describes a policy; fields not set here are zero before.
    fileprivate mutating func set(_ policy: SecurityPolicy) {
        sel.set(policy.selector)
        // `XFRM_INF`, limits that are never reached.
        lft.soft_byte_limit = .max
        lft.hard_byte_limit = .max
        lft.soft_packet_limit = .max
        lft.hard_packet_limit = .max
        priority = policy.priority
        index = policy.index
        dir = policy.direction.xfrm
        let isAllowed =
            switch policy.action {
            case .block, .unsupported: false
            case .bypass, .protect: true
            }
        action = UInt8(
            truncatingIfNeeded: isAllowed ? XFRM_POLICY_ALLOW : XFRM_POLICY_BLOCK)
    }
}

extension xfrm_user_tmpl {
    /// Describes a template; fields not set here are zero before.
    fileprivate mutating func set(_ template: Template, _ selector: Selector) {
        let outer = template.source?.family ?? template.destination?.family
        family = (outer ?? selector.source.family).xfrm
        id.proto = template.protocolID.xfrm
        if let destination = template.destination { id.daddr = destination.xfrm }
        if let source = template.source { saddr = source.xfrm }
        reqid = template.reqid
        mode = template.mode.xfrm
        optional = template.isOptional ? 1 : 0
        aalgos = template.algorithms.integrity
        ealgos = template.algorithms.encryption
        calgos = .max
    }
}
