import CLinux
import IKE
import Net
import Policy
import Reactor

/// The daemon's UDP sockets: IKE's port and the one shared with ESP (RFC 7296 §2.23), for IPv4
/// and, where the host has it, IPv6.
final class Sockets {
    private let ike: UDPSocket
    private let natt: UDPSocket
    private let ike6: UDPSocket?
    private let natt6: UDPSocket?

    /// Opens and binds them, exempt from IPsec, but for those that were kept over a restart. In a dry
    /// run a kernel without ESP in UDP will do.
    init(
        _ properties: Properties, kept: [ServiceManager.KeptDescriptor] = [], on loop: EventLoop
    ) throws(ReactorError) {
        let open = Opening(kept: kept, loop: loop)
        let ikePort = properties.ikePort
        let nattPort = properties.nattPort
        let isDryRun = properties.kernel == .dryRun
        ike = try open(.v4, ikePort)
        natt = try open(.v4, nattPort)
        try Self.takeESP(natt, isDryRun: isDryRun)
        ike6 = try open.whereThereIs(.v6, ikePort)
        natt6 = try open.whereThereIs(.v6, nattPort)
        if let natt6 { try Self.takeESP(natt6, isDryRun: isDryRun) }
    }

    /// The way to a socket.
    private struct Opening {
        let kept: [ServiceManager.KeptDescriptor]
        let loop: EventLoop

        func callAsFunction(
            _ family: IPAddress.Family, _ port: UInt16
        ) throws(ReactorError) -> UDPSocket {
            let name = Sockets.name(family, port)
            let socket = try UDPSocket(
                family: family, port: port,
                bound: kept.first { $0.name == name }?.descriptor, on: loop)
            try socket.bypassPolicy()
            return socket
        }

        /// A socket, or `nil` on a host without the family.
        func whereThereIs(
            _ family: IPAddress.Family, _ port: UInt16
        ) throws(ReactorError) -> UDPSocket? {
            do throws(ReactorError) {
                return try self(family, port)
            } catch {
                guard error.code == EAFNOSUPPORT else { throw error }
                return nil
            }
        }
    }

    /// What a service manager that keeps a socket calls it.
    private static func name(_ family: IPAddress.Family, _ port: UInt16) -> String {
        "udp\(family == .v4 ? 4 : 6)-\(port)"
    }

    /// Has the sockets kept for the next start.
    func keep(with serviceManager: ServiceManager) {
        for (socket, _) in all {
            serviceManager.keep(
                socket.descriptorNumber, as: Self.name(socket.family, socket.port))
        }
    }

    private static func takeESP(_ socket: UDPSocket, isDryRun: Bool) throws(ReactorError) {
        do throws(ReactorError) {
            try socket.enableESPInUDP()
        } catch {
            guard isDryRun else { throw error }
        }
    }

    /// Whether the host has IPv6.
    var hasIPv6: Bool { ike6 != nil }

    /// Every socket, and whether datagrams of it bear the non-ESP marker (RFC 3948 §2.2).
    var all: [(socket: UDPSocket, isMarked: Bool)] {
        var all: [(socket: UDPSocket, isMarked: Bool)] = [(ike, false), (natt, true)]
        if let ike6 { all.append((ike6, false)) }
        if let natt6 { all.append((natt6, true)) }
        return all
    }

    /// Queues octets on the socket of a local address and port.
    func send(_ octets: Span<UInt8>, from local: SocketAddress, to remote: SocketAddress) {
        let isMarked = local.port == natt.port
        let socket =
            switch local.address.family {
            case .v4: isMarked ? natt : ike
            case .v6: isMarked ? natt6 : ike6
            }
        socket?.send(octets, marker: isMarked, from: local, to: remote)
    }

    /// Queues a NAT-keepalive packet: one octet on the port shared with ESP, without the marker
    /// (RFC 3948 §2.3).
    func sendKeepAlive(from local: SocketAddress, to remote: SocketAddress) {
        let octets: [UInt8] = [0xFF]
        let socket = local.address.family == .v4 ? natt : natt6
        socket?.send(octets.span, marker: false, from: local, to: remote)
    }

    /// Hands over what is queued.
    func flush() {
        ike.flush()
        natt.flush()
        ike6?.flush()
        natt6?.flush()
    }
}
