import Foundation
import Testing

/// ikeadm(8) and a daemon that runs.
@Suite struct AdministrationTests {
    private let scratch: Scratch
    private let gateways: Gateways

    init() throws {
        scratch = try Scratch()
        gateways = Gateways(scratch: scratch)
    }

    @Test func bothEndsShowTheSameSAsAndChangeThem() throws {
        let (a, b, places) = try gateways.pair()
        defer { withExtendedLifetime(places) {} }
        let begun = try a.ikeadm("initiate", "peer")
        #expect(begun.status == 0, "\(begun.error)")
        for daemon in [a, b] { try daemon.says("Child SA established") }

        let (ours, theirs) = (try a.only("ikesa"), try b.only("ikesa"))
        for name in ["initiator_spi", "responder_spi", "state"] {
            #expect(ours[name] as? String == theirs[name] as? String)
        }
        #expect(ours["state"] as? String == "established")
        #expect(ours["role"] as? String == "initiator")
        #expect(theirs["role"] as? String == "responder")
        #expect(ours["rule"] as? String == "peer")
        let local = try #require(ours["local"] as? [String: Any])
        #expect(local["address"] as? String == "10.9.0.1")
        let (child, twin) = (try a.only("childsa"), try b.only("childsa"))
        #expect(child["spi_in"] as? String == twin["spi_out"] as? String)
        #expect(child["spi_out"] as? String == twin["spi_in"] as? String)
        #expect(child["reqid"] as? Int == 7)

        let spi = try #require(child["spi_in"] as? String)
        #expect(try b.ikeadm("get", "childsa", spi).output.contains("SPI in \(child["spi_out"]!)"))
        #expect(try a.ikeadm("rekey", "childsa", spi).output.contains("1 being rekeyed"))
        try a.says("Child SA rekeyed")
        #expect(try a.ikeadm("rekey", "ikesa", "10.9.0.1", "10.9.0.2").status == 0)
        try b.says("IKE SA rekeyed as responder")
        let stats = try #require(b.json("get", "stats")["stats"] as? [String: Any])
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
        let daemon = try gateways.daemon(in: place)
        let dump = try daemon.ikeadm("dump", "rules").output
        #expect(dump.hasPrefix("\nGLOBL: Label 'peer', "))
        #expect(dump.hasSuffix("\nCompleted dump of rules\n"))
        let keys = try daemon.ikeadm("dump", "preshared").output
        #expect(keys.contains("Label 'peer'"))
        #expect(!keys.contains("nobody knows"))
    }

    @Test func aRefreshTellsWhetherItWasDone() throws {
        let place = try Place()
        let daemon = try gateways.daemon(in: place)
        #expect(try daemon.ikeadm("read", "rule").output == "the rules are in force\n")
        try scratch.write("{", to: "log.config")
        let failed = try daemon.ikeadm("read", "rule")
        #expect(failed.status == 1)
        #expect(failed.error.contains("log.config:1:1: error: '{' is never closed"))
    }

    @Test func whatIsLoggedChanges() throws {
        let place = try Place()
        let daemon = try gateways.daemon(in: place)
        #expect(try daemon.ikeadm("set", "debug", "op+phase1").status == 0)
        #expect(try daemon.ikeadm("get", "debug").output.contains("op+phase1"))
        let wrong = try daemon.ikeadm("set", "debug", "frob")
        #expect(wrong.status == 1 && wrong.error.contains("'frob' is no debug level"))
    }

    @Test func strangersMayNotEvenLookAndTheGroupMay() throws {
        let place = try Place()
        let daemon = try gateways.daemon(in: place)
        chmod(daemon.socket, 0o666)
        func asOther(_ group: Int, _ words: String) throws -> Program.Outcome {
            try Program.run(
                "/usr/bin/setpriv",
                ["--reuid=65534", "--regid=\(group)", "--clear-groups", Program.ikeadm]
                    + ["-s", daemon.socket] + words.split(separator: " ").map(String.init))
        }
        #expect(try asOther(65534, "dump rule").error.contains("permission denied"))
        #expect(try asOther(0, "dump rule").output.contains("'peer'"))
        #expect(try asOther(0, "get priv").status == 0)
        for words in ["flush ikesa", "write rule", "read rule", "set debug all /dev/null"] {
            #expect(try asOther(0, words).error.contains("may only look"), "\(words)")
        }
    }

    @Test func whoStallsHoldsNobodyUp() throws {
        let place = try Place()
        let daemon = try gateways.daemon(in: place)
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
        let daemon = try gateways.daemon(in: place)
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

    @Test func descriptorsThatNobodyAskedForAreClosed() throws {
        let place = try Place()
        let daemon = try gateways.daemon(in: place)
        func files() throws -> Int {
            let folder = "/proc/\(daemon.process.processIdentifier)/fd"
            return try FileManager.default.contentsOfDirectory(atPath: folder).count {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)"))
                    == daemon.socket + ".passed"
            }
        }
        let file = open(daemon.socket + ".passed", O_RDWR | O_CREAT, 0o600)
        defer { close(file) }
        let client = LocalClient(daemon.socket)
        for _ in 0..<20 { client.send([0], with: [Int32](repeating: file, count: 50)) }
        #expect(try daemon.ikeadm("get", "debug").status == 0)
        // The first one is kept until it is known whether it was asked for.
        try wait(for: "descriptors stay open") { (try? files()) ?? 2 <= 1 }
        withExtendedLifetime(client) {}
    }

    @Test func whatIsCountedBecomesMetrics() throws {
        let (a, b, places) = try gateways.pair()
        defer { withExtendedLifetime(places) {} }
        #expect(try a.ikeadm("initiate", "peer").status == 0)
        for daemon in [a, b] { try daemon.says("Child SA established") }
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "contrib/metrics").path
        let file = scratch["ikev2.prom"]
        let outcome = try Program.run(
            script, [file], environment: ["IKEADM": "\(Program.ikeadm) -s \(b.socket)"])
        #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.error)")
        let lines = scratch.text(of: "ikev2.prom").split(separator: "\n")
        for line in lines {
            // https://prometheus.io/docs/instrumenting/exposition_formats/
            let isMetric =
                try #/[a-z_][a-z0-9_]*(\{reason="[A-Z0-9_]+"\})? [0-9]+/#.wholeMatch(in: line)
                != nil
            #expect(isMetric, "\(line)")
        }
        #expect(Set(lines.map { $0.split(separator: " ")[0] }).count == lines.count)
        #expect(lines.contains { $0.hasPrefix("ikev2_loop_turns_over_125_ms ") }, "\(lines)")
        for line in [
            "ikev2_ike_sas_responder_current 1", "ikev2_ike_sas_initiator_total 0",
            "ikev2_exchanges_ike_auth_responder_requests 1", "ikev2_child_sas_total 1",
        ] {
            #expect(lines.contains { $0 == line }, "\(lines)")
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        #expect(left.filter { $0.hasPrefix("ikev2.prom") } == ["ikev2.prom"])
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

    /// Sends octets with descriptors beside them.
    func send(_ octets: [UInt8], with descriptors: [Int32]) {
        var (octets, control) = (octets, [UInt8]())
        let length = MemoryLayout<cmsghdr>.size + 4 * descriptors.count
        withUnsafeBytes(of: length) { control += $0 }
        withUnsafeBytes(of: (SOL_SOCKET, Int32(SCM_RIGHTS))) { control += $0 }
        descriptors.withUnsafeBytes { control += $0 }
        octets.withUnsafeMutableBytes { octets in
            control.withUnsafeMutableBytes { control in
                var vector = iovec(iov_base: octets.baseAddress, iov_len: octets.count)
                withUnsafeMutablePointer(to: &vector) { vector in
                    var message = msghdr()
                    message.msg_iov = vector
                    message.msg_iovlen = 1
                    message.msg_control = control.baseAddress
                    message.msg_controllen = control.count
                    _ = sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
                }
            }
        }
    }
}
