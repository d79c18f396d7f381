import Foundation
import Testing

/// `ikeadm explain` and a daemon that runs.
@Suite struct ExplainTests {
    private let scratch: Scratch
    private let a: Place
    private let b: Place

    init() throws {
        scratch = try Scratch()
        (a, b) = try Place.pair()
    }

    private func daemon(
        _ place: Place, _ name: String, rules: String, key: String = "the same",
        dh: Int = 31
    ) throws -> RunningDaemon {
        let config = try scratch.write(
            """
            auth_method preshared
            ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group \(dh) }
            \(rules)

            """, to: "\(name).config")
        let keys = try scratch.write(
            "{ label \"peer\" key \"\(key)\" }\n", to: "\(name).keys", mode: 0o600)
        let daemon = try RunningDaemon(
            in: place, config: config, preshared: keys, scratch: scratch, log: name)
        try daemon.says("ready")
        return daemon
    }

    private func rule(_ local: String, _ remote: String, _ label: String = "peer") -> String {
        "{ label \"\(label)\" local_addr \(local) remote_addr \(remote) }\n"
    }

    private func explain(_ daemon: RunningDaemon, _ words: String...) throws -> [String: Any] {
        let outcome = try Program.run(
            Program.ikeadm, ["-j", "-s", daemon.socket, "explain"] + words)
        try #require(outcome.status == 0, "\(outcome.error)")
        let all = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require((all as? [String: Any])?["explain"] as? [String: Any])
    }

    private func list(_ explanation: [String: Any], _ name: String) throws -> [[String: Any]] {
        try #require(explanation[name] as? [[String: Any]], "\(name)")
    }

    @Test func theFirstLineIsTheVerdict() throws {
        let first = try daemon(
            a, "a",
            rules: rule("10.9.7.7", "10.9.0.2", "elsewhere") + rule("10.9.0.1", "10.9.0.2")
                + rule("10.9.0.1", "10.9.0.0/24", "wide"), key: "one")
        let second = try daemon(b, "b", rules: rule("10.9.0.2", "10.9.0.1"), key: "another")
        #expect(try first.ikeadm("initiate", "peer").status == 0)
        try first.says("AUTHENTICATION_FAILED")
        let text = try first.ikeadm("explain", "10.9.0.1", "10.9.0.2").output
        let lines = text.split(separator: "\n").map(String.init)
        #expect(text.hasPrefix("\nSTATE: failed: "))
        #expect(
            lines.first?.contains("rule 'peer': IKE_AUTH failed: the peer says AUTH") == true)
        for line in [
            "LOCIP: 10.9.0.1", "REMIP: 10.9.0.2",
            "RULES: not 'elsewhere', line 3: its local_addr 10.9.7.7 is not 10.9.0.1",
            "RULES: 'peer', line 4, serves it",
            "RULES: not 'wide', line 5: rule 'peer' comes before it",
            "POLCY: 10.9.0.1 -> 10.9.0.2, ESP in transport mode, reqid 7, if_id 0, priority 0: "
                + "no Child SA stands",
            "XFORM: { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }",
            "NOTED: this is a dry run: no SA is written to the kernel",
        ] {
            #expect(lines.contains(line), "\(text)")
        }
        let there = try explain(second, "10.9.0.2", "10.9.0.1")
        let failure = try #require(try list(there, "failures").first)
        #expect(failure["attempt"] as? String == "ike_auth")
        #expect(failure["cause"] as? String == "refused")
        #expect(failure["notify"] as? String == "AUTHENTICATION_FAILED")
        // The log said the same.
        #expect(second.text.contains(try #require(failure["text"] as? String)))
    }

    @Test func whatTheTwoWantIsToldApart() throws {
        let first = try daemon(a, "a", rules: rule("10.9.0.1", "10.9.0.2"))
        let second = try daemon(b, "b", rules: rule("10.9.0.2", "10.9.0.1"), dh: 19)
        #expect(try first.ikeadm("initiate", "peer").status == 0)
        try first.says("NO_PROPOSAL_CHOSEN")
        let failure = try #require(
            try list(explain(second, "10.9.0.2", "10.9.0.1"), "failures").first)
        #expect(
            failure["offered"] as? String
                == "IKE: ENCR_AES_GCM_16-256, PRF_HMAC_SHA2_256, CURVE25519")
        #expect(
            failure["accepted"] as? String
                == "IKE: ENCR_AES_GCM_16-256, PRF_HMAC_SHA2_256, ECP_256")
        #expect(
            failure["nearest_miss"] as? String
                == "proposal 1 differs from ikesa_xform 1 of rule 'peer' only in the group: offered "
                + "CURVE25519, the rule wants ECP_256")
        let ours = try #require(
            try list(explain(first, "10.9.0.1", "10.9.0.2"), "failures").first)
        #expect(ours["cause"] as? String == "bad_answer")
        #expect(
            ours["proposed"] as? String
                == "IKE: ENCR_AES_GCM_16-256, PRF_HMAC_SHA2_256, CURVE25519")
    }

    @Test func aPeerThatKnocksWithoutARuleIsFound() throws {
        let first = try daemon(a, "a", rules: rule("10.9.0.1", "10.9.0.2"))
        let second = try daemon(b, "b", rules: rule("10.9.0.2", "192.0.2.1"))
        #expect(try first.ikeadm("initiate", "peer").status == 0)
        try second.says("no rule covers")
        let explanation = try explain(second, "10.9.0.2", "10.9.0.1")
        #expect(explanation["state"] as? String == "impossible")
        let verdict = try #require(explanation["verdict"] as? String)
        #expect(
            verdict.hasPrefix(
                "no rule covers local_addr 10.9.0.2 and remote_addr 10.9.0.1; the peer knocks: "))
        let lacks = try list(explanation, "lacks").compactMap { $0["lack"] as? String }
        #expect(lacks == ["rule", "kernel"])
    }

    @Test func whatStandsIsUp() throws {
        let first = try daemon(a, "a", rules: rule("10.9.0.1", "10.9.0.2"))
        let second = try daemon(b, "b", rules: rule("10.9.0.2", "10.9.0.1"))
        #expect(try first.ikeadm("initiate", "peer").status == 0)
        for daemon in [first, second] { try daemon.says("Child SA established") }
        let explanation = try explain(first, "10.9.0.1", "10.9.0.2")
        #expect(explanation["state"] as? String == "up")
        #expect(explanation["verdict"] as? String == "an IKE SA with 1 Child SA stands")
        #expect(explanation["rule"] as? String == "peer")
        let policy = try #require(try list(explanation, "policies").first)
        #expect(policy["child_sa"] as? Bool == true && policy["inbound_twin"] as? Bool == true)
        #expect(policy["reqid"] as? Int == 7)
        let sa = try #require(try list(explanation, "ikesas").first)
        #expect((sa["child_spis"] as? [String])?.count == 1)
        let events = try first.ikeadm("dump", "events").output
        #expect(events.contains("s ago: rule 'peer', 10.9.0.2[4500]: Child SA established"))
        #expect(events.hasSuffix("\nCompleted dump of events\n"))
    }

    @Test func whatIsMissingOnThisHostIsNamed() throws {
        let first = try daemon(a, "a", rules: rule("10.9.0.1", "198.51.100.7"))
        func lacks(_ local: String, _ remote: String) throws -> [String] {
            try list(explain(first, local, remote), "lacks").compactMap { $0["lack"] as? String }
        }
        #expect(try lacks("10.9.0.1", "198.51.100.7") == ["kernel", "route", "policy"])
        #expect(try lacks("10.9.0.2", "10.9.0.1").prefix(2) == ["address", "rule"])
        try a.ip("route add 198.51.100.0/24 via 10.9.0.2")
        #expect(try lacks("10.9.0.1", "198.51.100.7") == ["kernel", "policy"])
    }
}
