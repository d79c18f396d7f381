/// Where a datagram comes from or goes to: address, UDP port and, for link-local IPv6, the zone.
public struct SocketAddress: Hashable, Sendable {
    /// The address.
    public let address: IPAddress
    /// The UDP port in host order.
    public let port: UInt16
    /// The interface index of a link-local IPv6 address; 0 for every other.
    public let zone: UInt32

    /// An address with its port.
    public init(_ address: IPAddress, port: UInt16, zone: UInt32 = 0) {
        self.address = address
        self.port = port
        self.zone = zone
    }

    /// The same address with another port.
    public func with(port: UInt16) -> SocketAddress {
        SocketAddress(address, port: port, zone: zone)
    }
}

extension SocketAddress: CustomStringConvertible {
    /// `192.0.2.1[500]`, the notation of IKE daemons' logs: no clash with IPv6 colons.
    public var description: String {
        zone == 0 ? "\(address)[\(port)]" : "\(address)%\(zone)[\(port)]"
    }
}
