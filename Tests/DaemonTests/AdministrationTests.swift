import Foundation
import Testing

/// ikeadm(8) and a daemon that runs.
@Suite struct AdministrationTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func rule(_ local: String, _ remote: String) -> String {
        """
        auth_method preshared
        ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }
        { label "peer" local_addr \(local) remote_addr \(remote) }

        """
    }

    private func daemon(
        in place: Place, _ local: String = "10.9.0.1", _ remote: String = "10.9.0.2",
        log: String = "log", arguments: [String] = ["-o", "config/user=root"]
    ) throws -> RunningDaemon {
        let keys = try scratch.write(
            "{ label \"peer\" key \"one that nobody knows\" }\n", to: "keys", mode: 0o600)
        let daemon = try RunningDaemon(
            in: place, config: scratch.write(rule(local, remote), to: "\(log).config"),
            preshared: keys, scratch: scratch, log: log, arguments: arguments)
        try daemon.says("ready")
        return daemon
    }

    /// Two daemons on one wire, each with a policy that names the other.
    private func pair() throws -> (a: RunningDaemon, b: RunningDaemon, places: [Place]) {
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
        return (
            try daemon(in: a, log: "a"), try daemon(in: b, "10.9.0.2", "10.9.0.1", log: "b"),
            [a, b]
        )
    }

    private func json(_ daemon: RunningDaemon, _ words: String...) throws -> [String: Any] {
        let outcome = try Program.run(Program.ikeadm, ["-j", "-s", daemon.socket] + words)
        try #require(outcome.status == 0, "\(outcome.error)")
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(object as? [String: Any])
    }

    private func only(_ daemon: RunningDaemon, _ collection: String) throws -> [String: Any] {
        let all = try #require(
            json(daemon, "dump", collection)[collection] as? [[String: Any]])
        try #require(all.count == 1, "\(all)")
        return all[0]
    }

    @Test func bothEndsShowTheSameSAsAndChangeThem() throws {
        let (a, b, places) = try pair()
        defer { withExtendedLifetime(places) {} }
        let begun = try a.ikeadm("initiate", "peer")
        #expect(begun.status == 0, "\(begun.error)")
        for daemon in [a, b] { try daemon.says("Child SA established") }

        let (ours, theirs) = (try only(a, "ikesa"), try only(b, "ikesa"))
        for name in ["initiator_spi", "responder_spi", "state"] {
            #expect(ours[name] as? String == theirs[name] as? String)
        }
        #expect(ours["state"] as? String == "established")
        #expect(ours["role"] as? String == "initiator")
        #expect(theirs["role"] as? String == "responder")
        #expect(ours["rule"] as? String == "peer")
        let local = try #require(ours["local"] as? [String: Any])
        #expect(local["address"] as? String == "10.9.0.1")
        let (child, twin) = (try only(a, "childsa"), try only(b, "childsa"))
        #expect(child["spi_in"] as? String == twin["spi_out"] as? String)
        #expect(child["spi_out"] as? String == twin["spi_in"] as? String)
        #expect(child["reqid"] as? Int == 7)

        let spi = try #require(child["spi_in"] as? String)
        #expect(try b.ikeadm("get", "childsa", spi).output.contains("SPI in \(child["spi_out"]!)"))
        #expect(try a.ikeadm("rekey", "childsa", spi).output.contains("1 being rekeyed"))
        try a.says("Child SA rekeyed")
        #expect(try a.ikeadm("rekey", "ikesa", "10.9.0.1", "10.9.0.2").status == 0)
        try b.says("IKE SA rekeyed as responder")
        let stats = try #require(json(b, "get", "stats")["stats"] as? [String: Any])
        let sas = try #require(stats["ike_sas"] as? [String: Any])
        let responder = try #require(sas["responder"] as? [String: Any])
        #expect(responder["attempted"] as? Int == 1 && responder["total"] as? Int == 1)
        #expect(responder["failed"] as? Int == 0)
        #expect(sas["rekeyed"] as? Int == 1)

        #expect(try a.ikeadm("del", "ikesa", "10.9.0.1", "10.9.0.2").status == 0)
        try b.says("the peer deleted the IKE SA")
        #expect(try a.ikeadm("get", "ikesa", "10.9.0.1", "10.9.0.2").status == 1)
    }

    @Test func aRuleAndItsKeyAreShownButNotTheKey() throws {
        let place = try Place()
        let daemon = try daemon(in: place)
        let dump = try daemon.ikeadm("dump", "rules").output
        #expect(dump.hasPrefix("\nGLOBL: Label 'peer', "))
        #expect(dump.hasSuffix("\nCompleted dump of rules\n"))
        let keys = try daemon.ikeadm("dump", "preshared").output
        #expect(keys.contains("Label 'peer'"))
        #expect(!keys.contains("nobody knows"))
    }

    @Test func aRefreshTellsWhetherItWasDone() throws {
        let place = try Place()
        let daemon = try daemon(in: place)
        #expect(try daemon.ikeadm("read", "rule").output == "the rules are in force\n")
        try scratch.write("{", to: "log.config")
        let failed = try daemon.ikeadm("read", "rule")
        #expect(failed.status == 1)
        #expect(failed.error.contains("the running configuration stays as it is"))
    }

    @Test func whatIsLoggedChanges() throws {
        let place = try Place()
        let daemon = try daemon(in: place)
        #expect(try daemon.ikeadm("set", "debug", "op+phase1").status == 0)
        #expect(try daemon.ikeadm("get", "debug").output.contains("op+phase1"))
        let wrong = try daemon.ikeadm("set", "debug", "frob")
        #expect(wrong.status == 1 && wrong.error.contains("'frob' is no debug level"))
    }

    @Test func strangersMayNotEvenLookAndTheGroupMay() throws {
        let place = try Place()
        let daemon = try daemon(in: place)
        chmod(daemon.socket, 0o666)
        func asOther(_ group: Int, _ words: String) throws -> Program.Outcome {
            try Program.run(
                "/usr/bin/setpriv",
                ["--reuid=65534", "--regid=\(group)", "--clear-groups", Program.ikeadm]
                    + ["-s", daemon.socket] + words.split(separator: " ").map(String.init))
        }
        #expect(try asOther(65534, "dump rule").error.contains("permission denied"))
        #expect(try asOther(0, "dump rule").output.contains("'peer'"))
        #expect(try asOther(0, "flush ikesa").error.contains("may only look"))
    }

    @Test func whoStallsHoldsNobodyUp() throws {
        let place = try Place()
        let daemon = try daemon(in: place)
        let stalled = (0..<200).map { _ in LocalClient(daemon.socket) }
        for (index, client) in stalled.enumerated() {
            client.send(index % 2 == 0 ? [] : [0, 0, 0, 9, 1, 0])
        }
        #expect(try daemon.ikeadm("get", "debug").status == 0)
        let long = LocalClient(daemon.socket)
        long.send([0x7F, 0xFF, 0xFF, 0xFF] + [UInt8](repeating: 65, count: 1_000_000))
        #expect(try daemon.ikeadm("get", "stats").status == 0)
        #expect(daemon.process.isRunning)
        withExtendedLifetime(stalled) {}
    }

    @Test func whoHasGoneLeavesNothingBehind() throws {
        let place = try Place()
        let daemon = try daemon(in: place)
        func descriptors() throws -> Int {
            try FileManager.default.contentsOfDirectory(
                atPath: "/proc/\(daemon.process.processIdentifier)/fd"
            ).count
        }
        let before = try descriptors()
        for _ in 0..<20 {
            #expect(try daemon.ikeadm("get", "debug").status == 0)
            LocalClient(daemon.socket).send([0, 0])
        }
        try wait(for: "descriptors stay open") { (try? descriptors()) == before }
    }

    @Test func withoutADaemonThereIsAReason() throws {
        let outcome = try Program.run(
            Program.ikeadm, ["-s", scratch["nobody"], "get", "stats"])
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("No such file or directory; is it running?"))
    }
}

/// Somebody who connects, and does as he likes.
private final class LocalClient {
    private let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)

    init(_ path: String) {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    deinit { close(descriptor) }

    func send(_ octets: [UInt8]) {
        _ = Foundation.send(
            descriptor, octets, octets.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
}
