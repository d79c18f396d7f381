import Net
import Wire

/// Transport mode through a NAT (RFC 7296 §2.23.1): what one end proposes by its own address, the
/// other has policies for by the address that it sees.
struct TransportNAT {
    /// The address to stand in the selectors of our side; `nil`: they stay.
    private let local: IPAddress?
    /// The address to stand in those of the peer's side; `nil`: they stay.
    private let remote: IPAddress?

    /// `nil` where there is no NAT.
    init?(_ sa: IKESA) {
        guard !sa.nats.isEmpty else { return nil }
        local = sa.nats.contains(.here) ? sa.local.address : nil
        remote = sa.nats.contains(.there) ? sa.remote.address : nil
    }

    /// Our side's selectors in our words.
    func ours(_ selectors: [TrafficSelector]) -> [TrafficSelector] {
        Self.substitute(local, in: selectors)
    }

    /// The peer's side's selectors in our words.
    func theirs(_ selectors: [TrafficSelector]) -> [TrafficSelector] {
        Self.substitute(remote, in: selectors)
    }

    /// Selectors that are for one host are for the one that we know by this address; others are no
    /// transport mode's, and stay.
    private static func substitute(
        _ address: IPAddress?, in selectors: [TrafficSelector]
    ) -> [TrafficSelector] {
        guard let address, let host = selectors.first?.addresses, host.first == host.last,
            selectors.allSatisfy({ $0.addresses == host })
        else { return selectors }
        return selectors.map {
            TrafficSelector(
                protocolID: $0.protocolID, ports: $0.ports, addresses: IPRange(address))
        }
    }
}
