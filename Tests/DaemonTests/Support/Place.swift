import Foundation
import Testing

/// A network namespace of a test's own, gone with it.
final class Place {
    let name: String

    init() throws {
        name = "ikev2d-\(UUID().uuidString.prefix(8))"
        try Program.shell("ip netns add \(name) && ip -n \(name) link set lo up")
    }

    deinit { _ = try? Program.run("/usr/sbin/ip", ["netns", "del", name]) }

    /// Two on one wire, 10.9.0.1 and 10.9.0.2, each with policies for transport mode to the other.
    static func pair() throws -> (Place, Place) {
        let (a, b) = (try Place(), try Place())
        try Program.shell("ip link add wan netns \(a.name) type veth peer name wan netns \(b.name)")
        for (place, here, there) in [(a, "10.9.0.1", "10.9.0.2"), (b, "10.9.0.2", "10.9.0.1")] {
            try place.ip("addr add \(here)/24 dev wan")
            try place.ip("link set wan up")
            for (direction, from, to) in [("out", here, there), ("in", there, here)] {
                try place.ip(
                    "xfrm policy add src \(from) dst \(to) dir \(direction) "
                        + "tmpl src \(from) dst \(to) proto esp mode transport reqid 7")
            }
        }
        return (a, b)
    }

    func ip(_ command: String) throws { try Program.shell("ip -n \(name) \(command)") }
}

/// A daemon in a place, with `-d`.
final class RunningDaemon {
    let process: Process
    private let scratch: Scratch
    private let log: String

    init(
        in place: Place, config: String, preshared: String, scratch: Scratch, log: String,
        arguments: [String] = ["-o", "config/user=root"], environment: [String: String] = [:]
    ) throws {
        self.scratch = scratch
        self.log = log
        process = try Program.start(
            "/usr/sbin/ip",
            ["netns", "exec", place.name, Program.daemon, "-d", "-f", config]
                + ["-o", "config/preshared_file=\(preshared)", "-o", "config/kernel=dry-run"]
                + ["-o", "config/admin_socket=\(scratch[log]).socket"]
                + arguments,
            output: "/dev/null", error: scratch[log], environment: environment)
    }

    deinit {
        if process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    var text: String { scratch.text(of: log) }

    /// Where ikeadm connects to it.
    var socket: String { "\(scratch[log]).socket" }

    /// Has ikeadm do commands in a conversation.
    func conversation(_ lines: String) throws -> Program.Outcome {
        try Program.run(Program.ikeadm, ["-s", socket], input: lines)
    }

    /// Has ikeadm do a command.
    func ikeadm(_ words: String...) throws -> Program.Outcome {
        try Program.run(Program.ikeadm, ["-s", socket] + words)
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits until the log says something.
    func says(_ words: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        do {
            try wait(for: "no line says '\(words)'", sourceLocation: sourceLocation) {
                text.contains(words)
            }
        } catch {
            Issue.record("\(text)", sourceLocation: sourceLocation)
            throw error
        }
    }

    /// Waits for the end; returns the exit code.
    func end(sourceLocation: SourceLocation = #_sourceLocation) throws -> Int32 {
        try wait(for: "the daemon does not end", sourceLocation: sourceLocation) {
            !process.isRunning
        }
        return process.terminationStatus
    }
}
