import Foundation
import Testing

/// What ikeadm(8) shows and does not show of keys.
@Suite struct KeyMaterialTests {
    private let scratch: Scratch
    private let gateways: Gateways

    init() throws {
        scratch = try Scratch()
        gateways = Gateways(scratch: scratch)
    }

    private func established() throws -> (a: RunningDaemon, b: RunningDaemon, places: [Place]) {
        let pair = try gateways.pair(properties: ["config/allow_keydump=true"])
        #expect(try pair.a.ikeadm("initiate", "peer").status == 0)
        for daemon in [pair.a, pair.b] { try daemon.says("Child SA established") }
        return pair
    }

    @Test func thePrivilegeOnlyFalls() throws {
        let place = try Place()
        let daemon = try gateways.daemon(in: place)
        #expect(try daemon.json("get", "priv")["priv"] as? [String: String] == ["priv": "modkeys"])
        let higher = try daemon.ikeadm("set", "priv", "keymat")
        #expect(higher.status == 1 && higher.error.contains("can only be lowered"))
        let written = try daemon.ikeadm("write", "preshared")
        #expect(written.status == 1 && written.error.contains("'keymat' is needed"))
        #expect(try daemon.ikeadm("set", "priv", "base").status == 0)
        for words in [
            ["del", "preshared", "peer"], ["read", "preshared"], ["set", "priv", "modkeys"],
        ] {
            let outcome = try Program.run(Program.ikeadm, ["-s", daemon.socket] + words)
            #expect(outcome.status == 1, "\(words)")
        }
        #expect(try daemon.ikeadm("get", "preshared", "peer").status == 0)
    }

    @Test func presharedKeysAreShownAndWritten() throws {
        let place = try Place()
        let daemon = try gateways.daemon(in: place, properties: ["config/allow_keydump=true"])
        let hex = Data("one that nobody knows".utf8).map { String(format: "%02x", $0) }.joined()
        #expect(try daemon.ikeadm("dump", "preshared").output.contains("LOKEY: \(hex)\n"))
        let hidden = try daemon.ikeadm("-p", "get", "preshared", "peer").output
        #expect(hidden.contains("REKEY: \(String(repeating: "X", count: hex.count))\n"))
        #expect(!hidden.contains(hex))
        #expect(
            try daemon.ikeadm("-p", "write", "preshared").error.contains("-p: nothing but keys"))
        #expect(try daemon.ikeadm("write", "preshared", scratch["written"]).status == 0)
        #expect(scratch.text(of: "written").contains("key 0x\(hex)\n"))
        #expect(try daemon.ikeadm("read", "preshared", scratch["written"]).status == 0)
        // Members of the group look, and see none.
        let other = try Program.run(
            "/usr/bin/setpriv",
            ["--reuid=65534", "--regid=0", "--clear-groups", Program.ikeadm, "-s", daemon.socket]
                + ["dump", "preshared"])
        #expect(!other.output.contains(hex))
        #expect(!daemon.text.contains(hex))
    }

    /// The names within a value of JSON. Those of notifies are of RFC 7296.
    private func names(in value: Any) -> Set<String> {
        if let object = value as? [String: Any] {
            return object.reduce(into: []) { names, member in
                if member.key != member.key.uppercased() { names.insert(member.key) }
                names.formUnion(self.names(in: member.value))
            }
        }
        return (value as? [Any] ?? []).reduce(into: []) { $0.formUnion(names(in: $1)) }
    }

    @Test func everyNameOfTheJSONIsInTheManual() throws {
        let (a, _, places) = try established()
        defer { withExtendedLifetime(places) {} }
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        func words(_ page: String) throws -> Set<String> {
            let text = try String(contentsOf: root.appending(path: page), encoding: .utf8)
            let separators = CharacterSet.alphanumerics.union(["_"]).inverted
            return Set(text.components(separatedBy: separators))
        }
        let manual = try words("Sources/ikeadm/ikeadm.8")
        for command in [
            ["dump", "ikesa"], ["dump", "childsa"], ["dump", "preshared"], ["dump", "certcache"],
            ["get", "stats"], ["get", "priv"], ["get", "debug"],
        ] {
            let unknown = names(in: try a.json(command[0], command[1])).subtracting(manual)
            #expect(unknown.isEmpty, "\(command): \(unknown)")
        }
        let keywords = try words("Sources/Policy/ikev2.config.5")
        let unknown = names(in: try a.json("dump", "rule")).subtracting(keywords.union(manual))
        #expect(unknown.isEmpty, "\(unknown)")
    }

    @Test func bothEndsHaveTheSameKeys() throws {
        let (a, b, places) = try established()
        defer { withExtendedLifetime(places) {} }
        let ours = try #require(a.only("ikesa")["keys"] as? [String: String])
        let theirs = try #require(b.only("ikesa")["keys"] as? [String: String])
        #expect(ours == theirs)
        #expect(ours["sk_ai"] == "")
        // AES-256 with the salt of RFC 5282, and PRF_HMAC_SHA2_256.
        #expect(ours["sk_ei"]?.count == 2 * 36 && ours["sk_d"]?.count == 2 * 32)
        #expect(ours["sk_ei"] != ours["sk_er"])

        #expect(!a.text.contains(try #require(ours["sk_ei"])))

        // As Wireshark reads them.
        let sa = try a.only("ikesa")
        let spis = try ["initiator_spi", "responder_spi"].map {
            try #require(sa[$0] as? String)
        }
        let table = try a.ikeadm("-w", "dump", "ikesa")
        #expect(table.status == 0, "\(table.error)")
        #expect(
            table.output
                == "\(spis[0].dropFirst(2)),\(spis[1].dropFirst(2)),\(ours["sk_ei"]!),"
                + "\(ours["sk_er"]!),\"AES-GCM-256 with 16 octet ICV [RFC5282]\",,,"
                + "\"NONE [RFC4306]\"\n")
        // Child SAs have theirs in the kernel, of which there is none in a dry run.
        let esp = try a.ikeadm("-w", "dump", "childsa")
        #expect(esp.status == 1 && esp.error.contains("1 SAs came without keys"))
        let hidden = try a.ikeadm("-p", "get", "ikesa", spis[0], spis[1]).output
        #expect(hidden.contains("SK_EI: XXXX") && !hidden.contains(ours["sk_ei"]!))

        #expect(try a.ikeadm("set", "priv", "modkeys").status == 0)
        #expect(try a.only("ikesa")["keys"] == nil)
        #expect(try a.ikeadm("-w", "dump", "ikesa").error.contains("1 SAs came without keys"))
    }
}
