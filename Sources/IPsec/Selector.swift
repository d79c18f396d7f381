import Net
import Wire

/// Which packets a security policy or a transport-mode SA applies to (RFC 4301 §4.4.1.1).
///
/// Source and destination are those of the packet, so that of an outbound policy the source is
/// our side, and of an inbound policy the peer's.
public struct Selector: Hashable, Sendable {
    /// Where the packet comes from.
    public var source: IPRange
    /// Where the packet goes to; of the same family as ``source``.
    public var destination: IPRange
    /// The source ports; for ICMP the message type (RFC 7296 §3.13.1).
    public var sourcePorts: PortRange
    /// The destination ports; for ICMP the message code.
    public var destinationPorts: PortRange
    /// The next-layer protocol; 0 stands for every one.
    public var protocolID: UInt8
    /// The interface index the policy is bound to; 0 stands for every one.
    public var interface: UInt32

    /// A selector from its parts.
    public init(
        source: IPRange, destination: IPRange, sourcePorts: PortRange = .any,
        destinationPorts: PortRange = .any, protocolID: UInt8 = 0, interface: UInt32 = 0
    ) {
        self.source = source
        self.destination = destination
        self.sourcePorts = sourcePorts
        self.destinationPorts = destinationPorts
        self.protocolID = protocolID
        self.interface = interface
    }

    /// The selector of the packets that go the other way. Types and codes of ICMP belong to the
    /// message, and stay where they are.
    public var reversed: Selector {
        Selector(
            source: destination, destination: source,
            sourcePorts: isICMP ? sourcePorts : destinationPorts,
            destinationPorts: isICMP ? destinationPorts : sourcePorts, protocolID: protocolID,
            interface: interface)
    }

    /// Whether it is for messages of ICMP or ICMPv6 alone.
    var isICMP: Bool { protocolID == 1 || protocolID == 58 }
}

extension Selector: CustomStringConvertible {
    /// `10.1.0.0/24 -> 10.2.0.0/24`, with protocol and ports where they are restricted.
    public var description: String {
        "\(sourceTrafficSelector) -> \(destinationTrafficSelector)"
    }
}
