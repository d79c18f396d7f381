import IPsec
import Net

/// The two ends of a way to a peer: where we send from, and where to (RFC 4555 §1.2).
public struct AddressPair: Hashable, Sendable {
    /// Our address and port.
    public let local: SocketAddress
    /// The peer's address and port, as we see it.
    public let remote: SocketAddress

    /// A pair of addresses.
    public init(local: SocketAddress, remote: SocketAddress) {
        self.local = local
        self.remote = remote
    }

    /// Whether packets of an SA between these addresses serve a template.
    func serves(_ template: Template) -> Bool {
        template.covers(source: local.address, destination: remote.address)
    }

    /// Whether the addresses are the same, whatever the ports.
    func hasAddresses(of other: AddressPair) -> Bool {
        isBetween(other.local.address, other.remote.address)
    }

    /// Whether these are the addresses, whatever the ports.
    func isBetween(_ local: IPAddress, _ remote: IPAddress) -> Bool {
        self.local.address == local && self.remote.address == remote
    }
}

extension AddressPair: CustomStringConvertible {
    /// `192.0.2.1[4500] <-> 198.51.100.7[4500]`.
    public var description: String { "\(local) <-> \(remote)" }
}
