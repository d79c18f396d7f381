import CLinux
import Foundation
import Testing

@testable import Daemon
@testable import Reactor

/// The daemon under a service manager, for which these tests stand in: systemd's protocol, and an
/// account that is not root's from the start.
@Suite struct SupervisionTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        chmod(scratch.path, 0o777)
    }

    /// A service manager that listens.
    private final class Manager {
        let path: String
        private let number: Int32
        /// What it was told, in order.
        private(set) var states: [String] = []
        /// What it keeps.
        private(set) var kept: [(name: String, descriptor: Descriptor)] = []

        init(at path: String) throws {
            self.path = path
            number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
            let isBound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                }
            }
            try #require(isBound)
            chmod(path, 0o777)
        }

        deinit { close(number) }

        /// Takes what has arrived.
        private func listen() {
            var room = [UInt8](repeating: 0, count: 512)
            while true {
                let (count, descriptors) = PassedDescriptors.receive(into: &room, from: number)
                guard count > 0 else { return }
                let state = String(decoding: room[..<count], as: UTF8.self)
                states.append(state)
                for descriptor in descriptors {
                    let name = state.split(separator: "\n")
                        .first { $0.hasPrefix("FDNAME=") }?.dropFirst(7)
                    kept.append((String(name ?? ""), descriptor))
                }
            }
        }

        func isTold(_ state: String, times: Int = 1) throws {
            try wait(for: "the service manager is not told '\(state)'") {
                listen()
                return states.filter { $0.hasPrefix(state) }.count >= times
            }
        }

        func lets(go name: String) { kept.removeAll { $0.name == name } }
    }

    /// Starts the daemon as nobody with what systemd would give it of root's rights, and with the
    /// descriptors that were kept.
    private func start(
        in place: Place, under manager: Manager, log: String
    ) throws -> pid_t {
        let config = try scratch.write("", to: "config")
        let script = """
            exec >\(scratch[log]) 2>&1
            export NOTIFY_SOCKET=\(manager.path) WATCHDOG_USEC=100000
            \(manager.kept.isEmpty ? "" : "export LISTEN_PID=$$ LISTEN_FDS=\(manager.kept.count)")
            export LISTEN_FDNAMES=\(manager.kept.map { $0.name }.joined(separator: ":"))
            exec nsenter --net=/run/netns/\(place.name) setpriv --reuid nobody --clear-groups \
                --inh-caps +net_admin,+net_bind_service \
                --ambient-caps +net_admin,+net_bind_service --no-new-privs \
                \(Program.daemon) -f \(config) -o config/preshared_file=\(scratch["none"]) \
                -o config/kernel=dry-run -o config/admin_socket=\(scratch[log]).socket
            """
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (index, kept) in manager.kept.enumerated() {
            // Beyond all that the place may be taken by.
            posix_spawn_file_actions_adddup2(&actions, kept.descriptor.number, 200 + Int32(index))
        }
        for index in manager.kept.indices {
            posix_spawn_file_actions_adddup2(&actions, 200 + Int32(index), 3 + Int32(index))
            posix_spawn_file_actions_addclose(&actions, 200 + Int32(index))
        }
        let arguments = strings("/bin/sh", "-ec", script)
        defer { for argument in arguments { free(argument) } }
        let environment = strings("PATH=/usr/sbin:/usr/bin:/sbin:/bin")
        defer { for variable in environment { free(variable) } }
        var process = pid_t()
        let code = posix_spawn(&process, "/bin/sh", &actions, nil, arguments, environment)
        try #require(code == 0)
        return process
    }

    /// What a program is given, to be freed.
    private func strings(_ texts: String...) -> [UnsafeMutablePointer<CChar>?] {
        var strings: [UnsafeMutablePointer<CChar>?] = []
        for text in texts { strings.append(strdup(text)) }
        strings.append(nil)
        return strings
    }

    /// The exit code of a process that was told to end.
    private func end(_ process: pid_t) -> Int32 {
        kill(process, SIGTERM)
        var status: Int32 = 0
        waitpid(process, &status, 0)
        return status
    }

    @Test func itIsToldOfEveryStateAndThatTheLoopTurns() throws {
        let place = try Place()
        let manager = try Manager(at: scratch["notify"])
        let process = try start(in: place, under: manager, log: "log")
        try manager.isTold("READY=1")
        try manager.isTold("WATCHDOG=1", times: 3)
        kill(process, SIGHUP)
        try manager.isTold("RELOADING=1")
        try manager.isTold("READY=1", times: 2)
        #expect(end(process) == 0, "\(scratch.text(of: "log"))")
        try manager.isTold("STOPPING=1")
        #expect(!scratch.text(of: "log").contains("warning: ikeadm"))
    }

    @Test func itsSocketsAreKeptOverARestart() throws {
        let place = try Place()
        let manager = try Manager(at: scratch["notify"])
        let first = try start(in: place, under: manager, log: "first")
        try manager.isTold("READY=1")
        #expect(
            Set(manager.kept.map { $0.name })
                == ["udp4-500", "udp4-4500", "udp6-500", "udp6-4500"])
        kill(first, SIGKILL)
        waitpid(first, nil, 0)

        // Nobody reads it yet; and no port is refused meanwhile.
        try Program.shell(
            """
            ip netns exec \(place.name) bash -c 'printf "%028d" 0 >/dev/udp/127.0.0.1/500'
            """)
        let second = try start(in: place, under: manager, log: "second")
        try manager.isTold("READY=1", times: 2)
        kill(second, SIGUSR1)
        try wait(for: "the datagram is not received") {
            scratch.text(of: "second").contains("UDP port 500, IPv4: received 1")
        }
        #expect(end(second) == 0, "\(scratch.text(of: "second"))")
    }

    @Test func whatIsNoSuchSocketIsNotTakenForOne() throws {
        let place = try Place()
        let manager = try Manager(at: scratch["notify"])
        let first = try start(in: place, under: manager, log: "first")
        try manager.isTold("READY=1")
        #expect(end(first) == 0)
        // Another order, and one that is missing.
        manager.lets(go: "udp4-500")
        let second = try start(in: place, under: manager, log: "second")
        try manager.isTold("READY=1", times: 2)
        #expect(manager.kept.contains { $0.name == "udp4-500" })
        #expect(end(second) == 0, "\(scratch.text(of: "second"))")
    }
}
