import IKE
import Net

/// A NAT before a host: others see it at another address, and at ports that the NAT draws.
final class NAT {
    private let inside: IPAddress
    /// The address that others see.
    var outside: IPAddress
    /// Whether ports stay, and anybody may begin: as before a server.
    private let isForwarding: Bool
    private var mappings: [UInt16: UInt16] = [:]
    private var next: UInt16 = 20_000

    init(before inside: String, as outside: String, isForwarding: Bool = false) {
        self.inside = ip(inside)
        self.outside = ip(outside)
        self.isForwarding = isForwarding
    }

    /// As after a restart.
    func forget() { mappings = [:] }

    /// The port that others see in place of a port of the host's.
    func port(for port: UInt16) -> UInt16? { isForwarding ? port : mappings[port] }

    /// What becomes of a datagram that passes; `nil` when it is dropped.
    func pass(_ datagram: Datagram) -> Datagram? {
        if datagram.local.address == inside {
            return Datagram(
                octets: datagram.octets,
                local: SocketAddress(outside, port: map(datagram.local.port)),
                remote: datagram.remote)
        }
        guard datagram.remote.address == outside else { return datagram }
        let seen = datagram.remote.port
        guard let port = isForwarding ? seen : mappings.first(where: { $0.value == seen })?.key
        else { return nil }
        return Datagram(
            octets: datagram.octets, local: datagram.local,
            remote: SocketAddress(inside, port: port))
    }

    private func map(_ port: UInt16) -> UInt16 {
        if isForwarding { return port }
        if let mapped = mappings[port] { return mapped }
        next += 1
        mappings[port] = next
        return next
    }
}
