import Net

/// An interface that may stand for a tunnel.
public struct TunnelInterface: Hashable, Sendable {
    /// What kinds of interface there are.
    public enum Kind: Hashable, Sendable {
        /// One that wraps packets itself, in this next-layer protocol: ipip, sit, ip6tnl, gre.
        case wrapping(protocolID: UInt8)
        /// One whose packets are told by their marks.
        case vti(inbound: UInt32, outbound: UInt32)
        /// One whose policies and SAs carry its number.
        case xfrm(interfaceID: UInt32)
        /// One that is no tunnel.
        case other(String)
    }

    /// Its kind.
    public let kind: Kind
    /// Our outer address, where the interface has one.
    public let local: IPAddress?
    /// The peer's outer address, where the interface has one.
    public let remote: IPAddress?

    /// An interface from its parts.
    public init(kind: Kind, local: IPAddress? = nil, remote: IPAddress? = nil) {
        self.kind = kind
        self.local = local
        self.remote = remote
    }
}
