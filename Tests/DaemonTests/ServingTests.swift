import Foundation
import Testing

/// The daemon as it runs, in network namespaces of its own. Kernels without ESP serve too: SAs
/// are not written.
@Suite struct ServingTests {
    private static let hexadecimalKey = "5ca1ab1e0ddba11cafef00d5ca1ab1e0ddba11ca"
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func rule(_ local: String, _ remote: String) -> String {
        """
        auth_method preshared
        ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }
        { label "peer" local_addr \(local) remote_addr \(remote) }

        """
    }

    private func preshared() throws -> String {
        try scratch.write(
            "{ label \"peer\" key \(Self.hexadecimalKey) }\n", to: "keys", mode: 0o600)
    }

    @Test func anAcquireBecomesAnIKESAAndAChildSA() throws {
        let (a, b) = (try Place(), try Place())
        try Program.shell("ip link add wan netns \(a.name) type veth peer name wan netns \(b.name)")
        for (place, here, there) in [(a, "10.9.0.1", "10.9.0.2"), (b, "10.9.0.2", "10.9.0.1")] {
            let template = "proto esp mode transport reqid 1"
            try place.ip("addr add \(here)/24 dev wan")
            try place.ip("link set wan up")
            try place.ip(
                "xfrm policy add src \(here) dst \(there) dir out "
                    + "tmpl src \(here) dst \(there) \(template)")
            try place.ip(
                "xfrm policy add src \(there) dst \(here) dir in "
                    + "tmpl src \(there) dst \(here) \(template)")
        }
        let keys = try preshared()
        let first = try RunningDaemon(
            in: a, config: scratch.write(rule("10.9.0.1", "10.9.0.2"), to: "a.config"),
            preshared: keys, scratch: scratch, log: "a.log")
        let second = try RunningDaemon(
            in: b, config: scratch.write(rule("10.9.0.2", "10.9.0.1"), to: "b.config"),
            preshared: keys, scratch: scratch, log: "b.log")
        try first.says("ready")
        try second.says("ready")

        // No answer comes back without ESP: that it leaves is enough.
        _ = try Program.run(
            "/usr/sbin/ip",
            ["netns", "exec", a.name, "ping", "-q", "-n", "-c", "1", "-W", "1", "10.9.0.2"])
        for daemon in [first, second] {
            try daemon.says("IKE SA established")
            try daemon.says("Child SA established")
        }

        first.signal(SIGTERM)
        #expect(try first.end() == 0)
        #expect(first.text.contains("ended\n"))
        try second.says("the peer deleted the IKE SA")
        second.signal(SIGINT)
        #expect(try second.end() == 0)
        #expect(!(first.text + second.text).contains(Self.hexadecimalKey))
    }

    @Test func aRefreshIsAllOrNothing() throws {
        let place = try Place()
        let config = try scratch.write(rule("10.9.0.1", "10.9.0.2"), to: "config")
        let daemon = try RunningDaemon(
            in: place, config: config, preshared: preshared(), scratch: scratch, log: "log")
        try daemon.says("ready: 1 rule")

        try scratch.write("{ label", to: "config")
        daemon.signal(SIGHUP)
        try daemon.says("the running configuration stays as it is")
        #expect(daemon.text.contains("\(config):1:"))

        try scratch.write("", to: "config")
        daemon.signal(SIGHUP)
        try daemon.says("refresh: no rules")

        daemon.signal(SIGUSR1)
        try daemon.says("UDP port 4500")
        daemon.signal(SIGTERM)
        #expect(try daemon.end() == 0)
    }

    @Test func aRefreshTellsWhatChangedInTheCertificatePolicy() throws {
        func policy(_ attributes: String) throws -> String {
            try scratch.write(
                "<kmf-policy-db><kmf-policy name=\"default\" \(attributes)/></kmf-policy-db>",
                to: "policy")
        }
        let place = try Place()
        let daemon = try RunningDaemon(
            in: place, config: scratch.write("", to: "config"), preshared: preshared(),
            scratch: scratch, log: "log",
            arguments: [
                "-o", "config/user=root",
                "-o", "config/kmf_policy=\(policy("max-cert-path-length=\"3\""))",
            ])
        try daemon.says("ready: no rules")

        _ = try policy("max-cert-path-length=\"4\" ignore-dat=\"TRUE\"")
        daemon.signal(SIGHUP)
        try daemon.says("the running configuration stays as it is")
        #expect(daemon.text.contains("did you mean 'ignore-date'?"))

        _ = try policy("max-cert-path-length=\"4\" ignore-date=\"TRUE\"")
        daemon.signal(SIGHUP)
        try daemon.says("refresh: certificate policy: max-cert-path-length is 4, was 3")
        #expect(daemon.text.contains("refresh: certificate policy: ignore-date is true"))
        daemon.signal(SIGTERM)
        #expect(try daemon.end() == 0)
    }

    @Test func aCertificateThatEndsIsAnnouncedAtTheStartAndOnceOnly() throws {
        try FileManager.default.createDirectory(
            atPath: scratch["keystore/certs"], withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
        try Program.shell(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "
                + "/dev/null -subj /CN=short -days 5 -out \(scratch["keystore/certs/short.pem"]) "
                + "2>/dev/null")
        let place = try Place()
        let rules = rule("10.9.0.1", "10.9.0.2").replacing("preshared", with: "cert")
        let daemon = try RunningDaemon(
            in: place, config: scratch.write(rules, to: "config"), preshared: preshared(),
            scratch: scratch, log: "log",
            arguments: [
                "-o", "config/user=root", "-o", "config/keystore=\(scratch["keystore"])",
            ])
        try daemon.says("certificate CN=short (serial ")
        daemon.signal(SIGHUP)
        try daemon.says("refresh: 1 rule")
        daemon.signal(SIGTERM)
        #expect(try daemon.end() == 0)
        #expect(daemon.text.ranges(of: " expires in ").count == 1)
    }

    @Test func errorsMayBeIgnored() throws {
        let place = try Place()
        let daemon = try RunningDaemon(
            in: place, config: scratch.write("{", to: "config"), preshared: preshared(),
            scratch: scratch, log: "log",
            arguments: ["-o", "config/user=root", "-o", "config/ignore_errors=true"])
        try daemon.says("no rule is in force before a refresh succeeds")
        try daemon.says("ready: no rules")
    }

    @Test func aTakenPortIsToldOf() throws {
        let place = try Place()
        let config = try scratch.write(rule("10.9.0.1", "10.9.0.2"), to: "config")
        let keys = try preshared()
        let daemon = try RunningDaemon(
            in: place, config: config, preshared: keys, scratch: scratch, log: "first")
        try daemon.says("ready")
        let other = try RunningDaemon(
            in: place, config: config, preshared: keys, scratch: scratch, log: "second")
        #expect(try other.end() == 1)
        #expect(other.text.contains("bind UDP port 500: Address already in use"))
    }

    @Test func rootIsGivenUp() throws {
        let place = try Place()
        let config = try scratch.write(rule("10.9.0.1", "10.9.0.2"), to: "config")
        let daemon = try RunningDaemon(
            in: place, config: config, preshared: preshared(), scratch: scratch, log: "log",
            arguments: ["-o", "config/user=nobody"])
        try daemon.says("ready")
        try daemon.says("\(scratch["keys"]) cannot be read by 'nobody': a refresh will fail")
        let id = daemon.process.processIdentifier
        for thread in try FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task") {
            let status = try String(
                contentsOfFile: "/proc/\(id)/task/\(thread)/status", encoding: .utf8)
            let nobody = getpwnam("nobody").pointee
            let (user, group) = (nobody.pw_uid, nobody.pw_gid)
            #expect(status.contains("Uid:\t\(user)\t\(user)\t\(user)\t\(user)\n"))
            #expect(status.contains("Gid:\t\(group)\t\(group)\t\(group)\t\(group)\n"))
            #expect(status.contains("NoNewPrivs:\t1\n"))
            // CAP_NET_BIND_SERVICE is bit 10, CAP_NET_ADMIN bit 12.
            #expect(status.contains("CapPrm:\t0000000000001400\n"))
            #expect(status.contains("CapEff:\t0000000000001400\n"))
            #expect(status.contains("CapInh:\t0000000000000000\n"))
        }
    }

    @Test func theTextOfKeysDoesNotStayInMemory() throws {
        let place = try Place()
        // Large enough that what else the daemon does leaves the memory of the file alone.
        let padding = String(repeating: "# nothing\n", count: 6_000)
        let keys = try scratch.write(
            "\(padding){ label \"peer\" key \(Self.hexadecimalKey) }\n\(padding)", to: "keys",
            mode: 0o600)
        let daemon = try RunningDaemon(
            in: place, config: scratch.write(rule("10.9.0.1", "10.9.0.2"), to: "config"),
            preshared: keys, scratch: scratch, log: "log")
        try daemon.says("ready")
        let id = daemon.process.processIdentifier
        let memory = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/\(id)/mem"))
        var octets = 0
        for line in try String(contentsOfFile: "/proc/\(id)/maps", encoding: .utf8)
            .split(separator: "\n") where line.contains(" rw-p ")
        {
            let bounds = line.prefix { $0 != " " }.split(separator: "-")
            let start = try #require(UInt64(bounds[0], radix: 16))
            let end = try #require(UInt64(bounds[1], radix: 16))
            try memory.seek(toOffset: start)
            let content = try memory.read(upToCount: Int(end - start)) ?? Data()
            octets += content.count
            #expect(content.range(of: Data(Self.hexadecimalKey.utf8)) == nil, "\(line)")
        }
        #expect(octets > 100_000)
    }

    @Test func withoutATerminalItDetachesAndTellsItsProcess() throws {
        let config = try scratch.write(rule("10.9.0.1", "10.9.0.2"), to: "config")
        let options =
            "-f \(config) -o config/preshared_file=\(try preshared()) "
            + "-o config/kernel=dry-run -o config/debug_logfile=\(scratch["log"]) "
            + "-o config/user=root"
        // The shell waits for the pid file's end, so that nothing is left behind.
        let output = try Program.shell(
            """
            unshare -m -n sh -e -c '
                mount -t tmpfs none /run
                ip link set lo up
                \(Program.daemon) \(options)
                read pid </run/ikev2d/in.ikev2d.pid
                readlink /proc/$pid/cwd /proc/$pid/fd/0 /proc/$pid/fd/1 /proc/$pid/fd/2
                awk "{ print \\$6 != \\$1 }" /proc/$pid/stat
                \(Program.daemon) \(options) 2>&1 || echo "refused: $?"
                kill $pid
                while [ -e /run/ikev2d/in.ikev2d.pid ]; do read -t 0.01 x <>/dev/zero || :; done
            '
            """)
        let lines = output.split(separator: "\n")
        #expect(lines.prefix(5) == ["/", "/dev/null", "/dev/null", "/dev/null", "1"])
        #expect(lines.last == "refused: 1")
        #expect(scratch.text(of: "log").contains(" in.ikev2d "))
        #expect(scratch.text(of: "log").contains(" ended\n"))
    }
}
