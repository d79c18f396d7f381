import Glibc

/// Where a daemon tells its service manager, which is us, that it is ready (sd_notify(3)).
final class NotifySocket {
    let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        unlink(path)
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(system: "open a socket") }
        let bound = try Self.withAddress(path) { bind(descriptor, $0, $1) }
        guard bound == 0 else { throw Failure(system: "bind \(path)") }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// Waits for READY=1, but not longer than that many milliseconds.
    func waitUntilReady(milliseconds: Int32 = 10_000) throws {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var room = [UInt8](repeating: 0, count: 256)
        while true {
            guard poll(&request, 1, milliseconds) == 1 else {
                throw Failure("the daemon does not become ready")
            }
            let count = recv(descriptor, &room, room.count, 0)
            guard count >= 0 else { throw Failure(system: "receive from the daemon") }
            if String(decoding: room.prefix(count), as: UTF8.self).hasPrefix("READY=1") { return }
        }
    }

    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard path.utf8.count < room.count else { return false }
            room.copyBytes(from: path.utf8)
            return true
        }
        guard fits else { throw Failure("\(path): too long for a socket") }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// Tells whoever started this process and listens.
    static func tell(_ message: String) throws {
        guard let path = getenv("NOTIFY_SOCKET").map({ String(cString: $0) }) else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        guard descriptor >= 0, try withAddress(path, { connect(descriptor, $0, $1) }) == 0,
            send(descriptor, message, message.utf8.count, 0) == message.utf8.count
        else { throw Failure(system: "tell \(path)") }
    }
}
