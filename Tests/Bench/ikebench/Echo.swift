import Glibc
import Net
import Reactor

/// The least that a server of datagrams can do with the sockets that the daemon has: it sends each
/// back to where it came from, cut to the length of an answer.
enum Echo {
    /// Serves on a port until the process is ended.
    static func serve(port: UInt16, length: Int) throws {
        let loop = try EventLoop()
        let socket = try UDPSocket(family: .v4, port: port, on: loop)
        try socket.bypassPolicy()
        var failure: ReactorError?
        let watch = try loop.watch(socket.descriptorNumber) {
            do throws(ReactorError) {
                try socket.receive { octets, remote, local in
                    socket.send(octets.extracting(first: length), from: local, to: remote)
                }
            } catch {
                failure = error
                loop.stop()
            }
        }
        loop.afterTurn = { socket.flush() }
        try NotifySocket.tell("READY=1")
        try withExtendedLifetime(watch) { try loop.run() }
        if let failure { throw failure }
    }
}
