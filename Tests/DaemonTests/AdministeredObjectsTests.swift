import Foundation
import Testing

/// Rules, keys and certificates that ikeadm(8) reads, adds, takes away and writes.
@Suite struct AdministeredObjectsTests {
    private let scratch: Scratch
    private let gateways: Gateways

    init() throws {
        scratch = try Scratch()
        gateways = Gateways(scratch: scratch)
    }

    private static let another = """
        {
            label "another" auth_method preshared
            local_addr 10.9.0.1 remote_addr 10.8.0.0/16
            ikesa_xform { encr_alg aes(256) auth_alg sha384 dh_group 20 }
        }

        """

    /// The rules without the lines at which they stand.
    private func rules(_ daemon: RunningDaemon) throws -> [NSDictionary] {
        let all = try #require(daemon.json("dump", "rule")["rule"] as? [[String: Any]])
        return all.map { rule in NSDictionary(dictionary: rule.filter { $0.key != "line" }) }
    }

    private func labels(_ daemon: RunningDaemon) throws -> [String] {
        try rules(daemon).compactMap { $0["label"] as? String }
    }

    // MARK: Write and read

    @Test func whatIsWrittenIsCheckedAndReadsBackTheSame() throws {
        let place = try Place()
        let daemon = try gateways.daemon(in: place)
        try scratch.write(Self.another, to: "more")
        #expect(try daemon.ikeadm("add", "rule", scratch["more"]).status == 0)
        let before = try rules(daemon)
        let written = try daemon.ikeadm("write", "rule", scratch["written"])
        #expect(written.status == 0 && written.output == "the rules are written\n")
        let mode = try FileManager.default.attributesOfItem(atPath: scratch["written"])
        #expect(mode[.posixPermissions] as? Int == 0o600)

        let again = try daemon.ikeadm("write", "rule", scratch["written"])
        #expect(again.status == 1 && again.error.contains("File exists"))

        let check = try Program.run(
            Program.daemon,
            [
                "-c", "-f", scratch["written"], "-o", "config/user=root", "-o",
                "config/preshared_file=\(scratch["keys"])",
            ])
        #expect(check.status == 0, "\(check.error)")
        let read = try daemon.ikeadm("read", "rule", scratch["written"])
        #expect(read.status == 0, "\(read.error)")
        #expect(try rules(daemon) == before)
        #expect(before.count == 2)

        // Without a file they stand on standard output, alone.
        let text = try String(contentsOfFile: scratch["written"], encoding: .utf8)
        #expect(try daemon.ikeadm("write", "rule").output == text)
    }

    @Test func aFileWithErrorsChangesNothingAndSaysWhere() throws {
        let place = try Place()
        let daemon = try gateways.daemon(in: place)
        let path = try scratch.write("\n{ label \"x\" frob 1 }\n", to: "wrong")
        let read = try daemon.ikeadm("read", "rule", path)
        #expect(read.status == 1)
        #expect(read.error.contains("\(path):2:13: error: unknown keyword 'frob'"))
        #expect(read.error.contains("\n{ label \"x\" frob 1 }\n            ^~~~\n"))
        #expect(read.error.contains("what is in force stays as it is"))
        #expect(try labels(daemon) == ["peer"])
        let missing = try daemon.ikeadm("read", "rule", scratch["none"])
        #expect(missing.status == 1 && missing.error.contains("No such file"))
    }

    // MARK: Add and delete

    @Test func rulesAreAddedUntilARefresh() throws {
        let place = try Place()
        let daemon = try gateways.daemon(in: place)
        let path = try scratch.write(Self.another, to: "more")
        #expect(try daemon.ikeadm("add", "rule", path).output == "1 rule added\n")
        #expect(try labels(daemon) == ["peer", "another"])
        let twice = try daemon.ikeadm("add", "rule", path)
        #expect(twice.status == 1)
        #expect(twice.error.contains("\(path):2:11: error: label is taken by a rule"))

        let words = Self.another.split(separator: "\n").joined(separator: " ")
            .replacingOccurrences(of: "another", with: "third")
        #expect(try daemon.ikeadm("add", "rule", words).status == 0)
        let lines = try daemon.conversation(
            "add rule " + Self.another.replacingOccurrences(of: "another", with: "{ \\\" }")
                + "get rule '{ \" }'\n")
        #expect(lines.status == 0, "\(lines.error)")
        #expect(lines.output.contains("GLOBL: Label '{ \" }'"))
        #expect(try labels(daemon) == ["peer", "another", "third", "{ \" }"])
        let incomplete = try daemon.ikeadm("add", "rule", "{ label \"x\" }")
        #expect(incomplete.status == 1)
        #expect(
            incomplete.error.contains("standard input:1:1: error: rule without local_addr"))

        #expect(try daemon.ikeadm("del", "rule", "another").status == 0)
        #expect(try daemon.ikeadm("del", "rule", "another").error.contains("there is no rule"))
        #expect(try labels(daemon) == ["peer", "third", "{ \" }"])
        daemon.signal(SIGHUP)
        try daemon.says("refresh: 1 rule")
        #expect(try labels(daemon) == ["peer"])
    }

    @Test func keysAreAddedAndTakenAway() throws {
        let place = try Place()
        let daemon = try gateways.daemon(in: place)
        let argued = try daemon.ikeadm("add", "preshared", "{ label \"a\" key 0x01 }")
        #expect(argued.status == 1 && argued.error.contains("everybody can see command lines"))
        let typed = try daemon.conversation(
            "add preshared {\n  label \"a\" # } not yet\n  key 0x0102\n}\n")
        #expect(typed.status == 0 && typed.output == "1 key added\n", "\(typed.error)")
        #expect(try daemon.ikeadm("get", "preshared", "a").output.contains("Label 'a'"))
        let path = try scratch.write("{ label \"a\" key 0x05 }\n", to: "more")
        let twice = try daemon.ikeadm("add", "preshared", path)
        #expect(twice.status == 1 && twice.error.contains("label has a key that is in force"))
        #expect(!twice.error.contains("0x05") && !daemon.text.contains("0x0102"))
        #expect(try daemon.ikeadm("del", "preshared", "a").status == 0)
        #expect(
            try daemon.ikeadm("get", "preshared", "a").error.contains("no preshared key 'a'"))
        #expect(try daemon.ikeadm("read", "preshared", path).status == 0)
        #expect(try daemon.ikeadm("get", "preshared", "a").status == 0)
        #expect(try daemon.ikeadm("get", "preshared", "peer").status == 1)
        #expect(try daemon.ikeadm("read", "preshared").status == 0)
        #expect(try daemon.ikeadm("get", "preshared", "peer").status == 0)
    }

    @Test func aRuleTakesItsSAsAlong() throws {
        let (a, b, places) = try gateways.pair()
        defer { withExtendedLifetime(places) {} }
        #expect(try a.ikeadm("initiate", "peer").status == 0)
        for daemon in [a, b] { try daemon.says("Child SA established") }
        #expect(try a.ikeadm("del", "rule", "peer").status == 0)
        try b.says("the peer deleted the IKE SA")
        try a.says("its rule is gone")
    }

    // MARK: Certificates

    @Test func certificatesAreWrittenReplacedAndReadAgain() throws {
        for (folder, name) in [("keystore/certs", "one"), ("other", "two")] {
            try Program.shell(
                """
                mkdir -p \(scratch[folder]); cd \(scratch[folder])
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
                    -keyout /dev/null -subj /CN=\(name) -days 9 -out \(name).pem
                """)
        }
        let place = try Place()
        let daemon = try RunningDaemon(
            in: place,
            config: try scratch.write(
                gateways.rule("10.9.0.1", "10.9.0.2").replacingOccurrences(
                    of: "preshared", with: "cert"), to: "config"),
            preshared: scratch["none"], scratch: scratch, log: "log",
            arguments: [
                "-o", "config/user=root", "-o", "config/keystore=\(scratch["keystore"])",
            ])
        try daemon.says("ready")
        func subjects() throws -> [String] {
            let all = try #require(
                daemon.json("dump", "certcache")["certcache"] as? [[String: Any]])
            return all.compactMap { $0["subject"] as? String }
        }
        #expect(try subjects() == ["CN=one"])
        #expect(try daemon.ikeadm("write", "certcache", scratch["written"]).status == 0)
        func der(_ file: String) throws -> String {
            try Program.shell("openssl x509 -in \(file) -outform der | sha256sum")
        }
        #expect(
            try der(scratch["written"]) == der(scratch["keystore/certs/one.pem"]))

        #expect(try daemon.ikeadm("read", "certcache", scratch["other/two.pem"]).status == 0)
        #expect(try subjects() == ["CN=two"])
        let text = try String(contentsOfFile: scratch["other/two.pem"], encoding: .utf8)
        let cut = try scratch.write(text + text.split(separator: "\n")[0] + "\n", to: "cut")
        let failed = try daemon.ikeadm("read", "certcache", cut)
        #expect(failed.status == 1)
        let line = text.split(separator: "\n").count + 1
        #expect(failed.error.contains("\(cut):\(line): error: an object without an end"))
        #expect(try daemon.ikeadm("read", "certcache").status == 0)
        #expect(try subjects() == ["CN=one"])
        #expect(try daemon.ikeadm("flush", "certcache").output == "no answers forgotten\n")
    }

    // MARK: The log

    @Test func theLogGoesToAFileForAWhile() throws {
        let place = try Place()
        let daemon = try gateways.daemon(in: place)
        let file = scratch["diverted"]
        #expect(try daemon.ikeadm("set", "debug", "all", file).status == 0)
        #expect(try daemon.ikeadm("set", "priv", "base").status == 0)
        #expect(scratch.text(of: "diverted").contains("ikeadm: set priv base"))
        #expect(!daemon.text.contains("ikeadm: set priv base"))
        #expect(try daemon.ikeadm("set", "debug", "op").status == 0)
        #expect(try daemon.ikeadm("flush", "ikesa").status == 0)
        #expect(daemon.text.contains("ikeadm: flush ikesa"))
        #expect(!scratch.text(of: "diverted").contains("ikeadm: flush ikesa"))

        #expect(try daemon.ikeadm("set", "debug", "op", file).status == 0)
        daemon.signal(SIGHUP)
        try daemon.says("refresh: 1 rule")
        let full = try daemon.ikeadm("set", "debug", "op", "/dev/full")
        #expect(full.status == 1 && full.error.contains("the log can only be a file"))
    }

    @Test func aLogOnAFullDiskLosesLinesAndSaysHowMany() throws {
        let disk = scratch["disk"]
        try Program.shell("mkdir \(disk) && mount -t tmpfs -o size=4k none \(disk)")
        defer { _ = try? Program.run("/bin/umount", ["-l", disk]) }
        let place = try Place()
        let daemon = try gateways.daemon(in: place)
        #expect(try daemon.ikeadm("set", "debug", "all", "\(disk)/log").status == 0)
        for _ in 0..<100 { #expect(try daemon.ikeadm("flush", "ikesa").status == 0) }
        try Program.shell("truncate -s 0 \(disk)/log")
        #expect(try daemon.ikeadm("flush", "ikesa").status == 0)
        let text = try String(contentsOfFile: "\(disk)/log", encoding: .utf8)
        #expect(text.contains("lines lost: the log did not take them"))
    }
}
