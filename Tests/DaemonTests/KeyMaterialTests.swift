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

    private static let keymat = ["config/allow_keydump=true", "config/kernel=xfrm"]

    private func established() throws -> (a: RunningDaemon, b: RunningDaemon, places: [Place]) {
        let pair = try gateways.pair(properties: Self.keymat)
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

    @Test func bothEndsAndTheKernelHaveTheSameKeys() throws {
        let (a, b, places) = try established()
        defer { withExtendedLifetime(places) {} }
        let ours = try #require(a.only("ikesa")["keys"] as? [String: String])
        let theirs = try #require(b.only("ikesa")["keys"] as? [String: String])
        #expect(ours == theirs)
        #expect(ours["sk_ai"] == "")
        // AES-256 with the salt of RFC 5282, and PRF_HMAC_SHA2_256.
        #expect(ours["sk_ei"]?.count == 2 * 36 && ours["sk_d"]?.count == 2 * 32)
        #expect(ours["sk_ei"] != ours["sk_er"])

        let child = try a.only("childsa")
        for direction in ["in", "out"] {
            let spi = try #require(child["spi_\(direction)"] as? String)
            let state = try Program.shell(
                "ip -n \(places[0].name) xfrm state get spi \(spi) proto esp "
                    + "src 10.9.0.\(direction == "in" ? 2 : 1) "
                    + "dst 10.9.0.\(direction == "in" ? 1 : 2)")
            let key = try #require(child["encr_key_\(direction)"] as? String)
            #expect(key.count >= 2 * 20)
            #expect(state.contains("rfc4106(gcm(aes)) 0x\(key) 128"), "\(state)")
        }
        #expect(!a.text.contains(try #require(ours["sk_ei"])))

        // As Wireshark reads them.
        let sa = try a.only("ikesa")
        let spis = try [#require(sa["initiator_spi"] as? String), #require(sa["responder_spi"] as? String)]
        let table = try a.ikeadm("-w", "dump", "ikesa")
        #expect(table.status == 0, "\(table.error)")
        #expect(
            table.output
                == "\(spis[0].dropFirst(2)),\(spis[1].dropFirst(2)),\(ours["sk_ei"]!),"
                + "\(ours["sk_er"]!),\"AES-GCM-256 with 16 octet ICV [RFC5282]\",,,"
                + "\"NONE [RFC4306]\"\n")
        let esp = try a.ikeadm("-w", "get", "childsa", #require(child["spi_in"] as? String))
        #expect(
            esp.output.hasPrefix(
                "\"IPv4\",\"10.9.0.2\",\"10.9.0.1\",\"\(child["spi_in"]!)\","
                    + "\"AES-GCM with 16 octet ICV [RFC4106]\",\"0x\(child["encr_key_in"]!)\","
                    + "\"NULL\",\"\"\n\"IPv4\",\"10.9.0.1\",\"10.9.0.2\","), "\(esp.output)")
        let hidden = try a.ikeadm("-p", "get", "ikesa", spis[0], spis[1]).output
        #expect(hidden.contains("SK_EI: XXXX") && !hidden.contains(ours["sk_ei"]!))

        #expect(try a.ikeadm("set", "priv", "modkeys").status == 0)
        #expect(try a.only("ikesa")["keys"] == nil && a.only("childsa")["encr_key_in"] == nil)
        #expect(try a.ikeadm("-w", "dump", "ikesa").error.contains("1 SAs came without keys"))
    }

    @Test func whatTheKernelHasCountedIsShown() throws {
        let (a, b, places) = try established()
        defer { withExtendedLifetime(places) {} }
        for _ in 0..<3 {
            try Program.shell(
                "ip netns exec \(places[0].name) bash -c 'echo hello >/dev/udp/10.9.0.2/9'")
        }
        let (ours, theirs) = (try a.only("childsa"), try b.only("childsa"))
        // What one end has sent the other has received.
        #expect(ours["packets_out"] as? Int == 3 && theirs["packets_in"] as? Int == 3)
        #expect(ours["octets_out"] as? Int == theirs["octets_in"] as? Int)
        let spi = try #require(ours["spi_out"] as? String)
        let state = try Program.shell(
            "ip -n \(places[0].name) -s xfrm state get spi \(spi) proto esp src 10.9.0.1 "
                + "dst 10.9.0.2")
        #expect(state.contains("\(ours["octets_out"]!)(bytes), 3(packets)"), "\(state)")
        let lasting = try #require(ours["expires_in_secs"] as? Int)
        let rekey = try #require(ours["rekey_in_secs"] as? Int)
        #expect((28_000...28_800).contains(lasting) && rekey < lasting)
        let text = try a.ikeadm("get", "childsa", spi).output
        #expect(text.contains("OUT:   \(ours["octets_out"]!) octets in 3 packets\n"))
    }
}
