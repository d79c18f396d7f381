import Foundation

@_silgen_name("unshare") private func unshareC(_ flags: CInt) -> CInt
@_silgen_name("setns") private func setnsC(_ descriptor: CInt, _ type: CInt) -> CInt

/// A network namespace of a test's own: policies in it concern nobody else.
enum PrivateNetwork {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let newNetwork: CInt = 0x4000_0000  // CLONE_NEWNET

    /// Runs the body in a new network namespace; this thread is back home afterwards.
    static func run<Value>(_ body: () throws -> Value) throws -> Value {
        let home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
        guard home >= 0 else { throw Failure(description: "no network namespaces") }
        defer { close(home) }
        guard unshareC(newNetwork) == 0 else {
            throw Failure(description: "cannot unshare the network: errno \(errno); run as root")
        }
        defer {
            // Another test on this thread must not find itself here.
            if setnsC(home, newNetwork) != 0 { fatalError("cannot leave the namespace") }
        }
        return try body()
    }

    /// Runs ip(8) here, with a file of commands.
    static func ip(batch commands: [String]) throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("ip-\(UUID().uuidString)").path
        try commands.joined(separator: "\n").write(
            toFile: file, atomically: false, encoding: .utf8)
        defer { unlink(file) }
        try ip("-batch \(file)")
    }

    /// Runs ip(8) here.
    static func ip(_ arguments: String) throws { try run("ip", arguments, output: "/dev/null") }

    /// What ip(8) prints here.
    static func output(ofIP arguments: String) throws -> String {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("ip-\(UUID().uuidString)").path
        defer { unlink(file) }
        try run("ip", arguments, output: file)
        return try String(contentsOfFile: file, encoding: .utf8)
    }

    private static func run(_ program: String, _ arguments: String, output: String) throws {
        let words = [program] + arguments.split(separator: " ").map(String.init)
        var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        defer { for word in argv { free(word) } }
        argv.append(nil)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // The child is born of this thread, and so in this thread's namespace.
        var child = pid_t()
        let error = posix_spawnp(&child, program, &actions, nil, argv, environ)
        guard error == 0 else { throw Failure(description: "cannot run ip: error \(error)") }
        var status: CInt = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw Failure(description: "waitpid: errno \(errno)") }
        }
        guard status == 0 else { throw Failure(description: "ip \(arguments): status \(status)") }
    }

    /// Whether a descriptor is readable now.
    static func isReadable(_ descriptor: CInt) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) == 1
    }

    /// Two interfaces, of which one has the addresses 192.0.2.1/24 and 2001:db8::1/64.
    static func setUpInterfaces() throws {
        try ip(batch: [
            "link add v0 type veth peer name v1", "addr add 192.0.2.1/24 dev v0",
            "addr add 2001:db8::1/64 dev v0 nodad", "link set v1 up", "link set v0 up",
        ])
    }

    /// Sends a datagram, whatever becomes of it.
    static func sendDatagram(from source: UInt16, to address: String, _ port: UInt16) throws {
        let socket = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        guard socket >= 0 else { throw Failure(description: "socket: errno \(errno)") }
        defer { close(socket) }
        var local = sockaddr_in()
        local.sin_family = sa_family_t(AF_INET)
        local.sin_port = source.bigEndian
        var remote = local
        remote.sin_port = port.bigEndian
        guard inet_pton(AF_INET, address, &remote.sin_addr) == 1 else {
            throw Failure(description: "not an address: \(address)")
        }
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafePointer(to: &local) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
        }
        _ = withUnsafePointer(to: &remote) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(socket, "x", 1, Int32(MSG_DONTWAIT), $0, length)
            }
        }
    }
}
