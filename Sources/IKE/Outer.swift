import IPsec
import Net

/// The outer headers of a Child SA's packets.
struct Outer: Hashable {
    let local: IPAddress
    let remote: IPAddress
    /// The ports of what we send, where it travels in UDP.
    private let ports: SADEntry.UDPEncapsulation?

    /// Those of a Child SA that belongs to an IKE SA: in UDP when a NAT is on the way
    /// (RFC 7296 §2.23).
    init(_ sa: IKESA) {
        local = sa.local.address
        remote = sa.remote.address
        ports =
            sa.nats.isEmpty
            ? nil
            : SADEntry.UDPEncapsulation(
                sourcePort: sa.local.port, destinationPort: sa.remote.port)
    }

    /// The ports of one half's packets.
    func encapsulation(of direction: SADEntry.Direction) -> SADEntry.UDPEncapsulation? {
        switch direction {
        case .outbound: ports
        case .inbound:
            ports.map {
                SADEntry.UDPEncapsulation(
                    sourcePort: $0.destinationPort, destinationPort: $0.sourcePort)
            }
        }
    }

    func source(of direction: SADEntry.Direction) -> IPAddress {
        direction == .inbound ? remote : local
    }

    func destination(of direction: SADEntry.Direction) -> IPAddress {
        direction == .inbound ? local : remote
    }
}
