import Net
import Wire

// What the kernel tells a key manager.

/// A packet met a policy for which there is no SA: one is to be negotiated.
public struct Acquire: Hashable, Sendable {
    /// The kernel's number for the request; the SA that answers it carries it.
    public var sequence: UInt32
    /// Our outer address.
    public var source: IPAddress
    /// The peer's outer address.
    public var destination: IPAddress
    /// The packet that met the policy.
    public var flow: Selector
    /// The selector of the policy.
    public var policy: Selector
    /// The kernel's number for the policy.
    public var policyIndex: UInt32
    /// What SA the policy asks for.
    public var template: Template
    /// The XFRM interface of the policy; 0 for none.
    public var interfaceID: UInt32
    /// The mark of the policy.
    public var mark: Mark?

    /// An acquire from its parts.
    public init(
        sequence: UInt32, source: IPAddress, destination: IPAddress, flow: Selector,
        policy: Selector, policyIndex: UInt32 = 0, template: Template, interfaceID: UInt32 = 0,
        mark: Mark? = nil
    ) {
        self.sequence = sequence
        self.source = source
        self.destination = destination
        self.flow = flow
        self.policy = policy
        self.policyIndex = policyIndex
        self.template = template
        self.interfaceID = interfaceID
        self.mark = mark
    }
}

/// An SA reached its soft lifetime (time to replace it) or its hard one (the kernel removed it).
public struct Expire: Hashable, Sendable {
    /// The SA.
    public var id: SADEntry.ID
    /// Whether the kernel has removed it.
    public var isHard: Bool

    /// An expiry of an SA.
    public init(id: SADEntry.ID, isHard: Bool) {
        self.id = id
        self.isHard = isHard
    }
}

/// A UDP-encapsulated SA received packets from a new address: a NAT forgot the old one.
public struct Mapping: Hashable, Sendable {
    /// The inbound SA.
    public var id: SADEntry.ID
    /// Where its packets came from before.
    public var old: SocketAddress
    /// Where they come from now.
    public var new: SocketAddress

    /// A mapping change of an SA.
    public init(id: SADEntry.ID, old: SocketAddress, new: SocketAddress) {
        self.id = id
        self.old = old
        self.new = new
    }
}
