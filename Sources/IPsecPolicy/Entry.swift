import IPsec
import Net
import Policy
import Wire

/// One entry of ipsecinit.conf(5): which packets, and what becomes of them.
public struct Entry: Hashable, Sendable {
    /// Which packets.
    public var pattern: Pattern
    /// What becomes of them.
    public var action: Action

    /// An entry from its parts.
    public init(_ pattern: Pattern, _ action: Action) {
        self.pattern = pattern
        self.action = action
    }

    /// What becomes of packets.
    public enum Action: Hashable, Sendable {
        /// They pass in clear.
        case bypass
        /// They are dropped.
        case drop
        /// They are protected in one of these ways, the first the dearest; where nothing protects
        /// them, they pass in clear if `orBypass`.
        case protect([Protection], sharing: Sharing = .shared, orBypass: Bool = false)
    }

    /// Which packets an SA is for.
    public enum Sharing: String, Hashable, Sendable {
        /// All that match the entry.
        case shared
        /// Those of one connection: the same addresses, protocol and ports.
        case unique
    }
}

/// The pattern of an entry; what it does not name may be anything.
public struct Pattern: Hashable, Sendable {
    /// An address as it was written.
    public enum Address: Hashable, Sendable {
        case range(IPRange)
        /// A name, which may stand for several addresses, and the length of their prefixes.
        case name(String, prefixLength: Int?)
    }

    /// A port as it was written.
    public enum Port: Hashable, Sendable {
        case number(UInt16)
        case service(String)
    }

    /// A next-layer protocol as it was written.
    public enum NextLayer: Hashable, Sendable {
        case number(UInt8)
        case name(String)
    }

    /// Types of ICMP messages, and codes of these.
    public struct ICMP: Hashable, Sendable {
        /// The types.
        public var types: ClosedRange<UInt8>
        /// `nil` for every code.
        public var codes: ClosedRange<UInt8>?

        /// Types with all or some of their codes.
        public init(types: ClosedRange<UInt8>, codes: ClosedRange<UInt8>? = nil) {
            self.types = types
            self.codes = codes
        }
    }

    /// Which way the packets go.
    public enum Direction: String, Hashable, Sendable {
        case out, `in`, both
    }

    /// Our address.
    public var local: Address?
    /// The other's address.
    public var remote: Address?
    /// Our port.
    public var localPort: Port?
    /// The other's port.
    public var remotePort: Port?
    /// The protocol above IP.
    public var nextLayer: NextLayer?
    /// Which messages of ICMP.
    public var icmp: ICMP?
    /// Which way.
    public var direction: Direction
    /// The tunnel; `nil` for packets of this host.
    public var tunnel: TunnelChoice?

    /// A pattern from its parts.
    public init(
        local: Address? = nil, remote: Address? = nil, localPort: Port? = nil,
        remotePort: Port? = nil, nextLayer: NextLayer? = nil, icmp: ICMP? = nil,
        direction: Direction = .both, tunnel: TunnelChoice? = nil
    ) {
        self.local = local
        self.remote = remote
        self.localPort = localPort
        self.remotePort = remotePort
        self.nextLayer = nextLayer
        self.icmp = icmp
        self.direction = direction
        self.tunnel = tunnel
    }
}

/// Between which gateways packets travel, and how they are wrapped.
public struct TunnelChoice: Hashable, Sendable {
    /// The interface that says so; `nil` where both addresses are given.
    public var interface: String?
    /// Whether SAs wrap packets of the tunnel, or protect those in which the interface wraps them.
    public var mode: Mode
    /// Our outer address, where the interface does not have one.
    public var local: IPAddress?
    /// The peer's outer address, where the interface does not have one.
    public var remote: IPAddress?

    /// A tunnel from its parts.
    public init(
        interface: String? = nil, mode: Mode = .tunnel, local: IPAddress? = nil,
        remote: IPAddress? = nil
    ) {
        self.interface = interface
        self.mode = mode
        self.local = local
        self.remote = remote
    }
}
