import Foundation
import Testing

/// `-c` and `-V`, through the program.
@Suite struct CheckTests {
    private static let rule = """
        auth_method preshared
        ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }
        { label "peer" local_addr 192.0.2.1 remote_addr 198.51.100.1 }

        """
    private static let key = "{ label \"peer\" key \"correct horse\" }\n"
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func check(
        config: String, preshared: String, _ more: [String] = ["-o", "config/user=root"]
    ) throws -> Program.Outcome {
        try Program.run(
            Program.daemon,
            ["-c", "-f", config, "-o", "config/preshared_file=\(preshared)"] + more)
    }

    @Test func samplesAreClean() throws {
        let conf = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../conf").standardizedFileURL.path
        let preshared = try scratch.write(
            String(contentsOfFile: "\(conf)/ikev2.preshared", encoding: .utf8), to: "keys",
            mode: 0o600)
        let config = try scratch.write(
            String(contentsOfFile: "\(conf)/ikev2.config", encoding: .utf8), to: "rules")
        let properties = try scratch.write(
            String(contentsOfFile: "\(conf)/ikev2d.conf", encoding: .utf8), to: "properties")
        let outcome = try check(
            config: config, preshared: preshared, ["-P", properties, "-o", "config/user=root"])
        #expect(outcome.error == "2 rules, 2 keys: no errors, no warnings\n")
        #expect(outcome.status == 0)
        #expect(outcome.output.isEmpty)
    }

    @Test func everyErrorIsShownInItsPlace() throws {
        let config = try scratch.write(
            Self.rule.replacingOccurrences(of: "dh_group", with: "dh_grup") + "}\n", to: "rules")
        let preshared = try scratch.write(
            "{ label \"peer\" key 123 }\n", to: "keys", mode: 0o600)
        let outcome = try check(config: config, preshared: preshared)
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("\(config):2:52: error: "))
        #expect(outcome.error.contains("did you mean 'dh_group'?"))
        #expect(outcome.error.contains("\(config):4:1: error: "))
        #expect(outcome.error.contains("\(preshared):1:20: error: "))
        #expect(outcome.error.contains("\n" + String(repeating: " ", count: 51) + "^~~~~~~\n"))
        #expect(!outcome.error.contains("123"))
    }

    @Test func warningsAreNoErrors() throws {
        let config = try scratch.write(Self.rule, to: "rules")
        let preshared = try scratch.write(
            "{ label \"elsewhere\" key 00 }\n", to: "keys", mode: 0o600)
        let outcome = try check(config: config, preshared: preshared)
        #expect(outcome.error.hasSuffix("\n1 rule, 1 key: no errors, 2 warnings\n"))
        #expect(outcome.status == 0)
    }

    @Test func readableKeysAreRefused() throws {
        let config = try scratch.write(Self.rule, to: "rules", mode: 0o666)
        let preshared = try scratch.write(Self.key, to: "keys", mode: 0o640)
        let outcome = try check(config: config, preshared: preshared)
        #expect(
            outcome.error == """
                \(config): error: mode 0666 lets others write it; expected 0644 or tighter
                \(preshared): error: mode 0640 lets others read it; expected 0600 or tighter
                2 errors, no warnings

                """)
        #expect(outcome.status == 1)
    }

    @Test func missingKeysMatterToRulesThatNeedThem() throws {
        let none = scratch["none"]
        let config = try scratch.write(Self.rule, to: "rules")
        let outcome = try check(config: config, preshared: none)
        #expect(outcome.error.contains("\(none): error: does not exist; expected the keys"))
        #expect(outcome.status == 1)

        let empty = try check(config: scratch.write("", to: "empty"), preshared: none)
        #expect(empty.error == "no rules, no keys: no errors, no warnings\n")
        #expect(empty.status == 0)
    }

    @Test func propertiesAreChecked() throws {
        let config = try scratch.write(Self.rule, to: "rules")
        let preshared = try scratch.write(Self.key, to: "keys", mode: 0o600)
        let properties = try scratch.write("config/usr = root\n", to: "properties")
        let unknown = try check(config: config, preshared: preshared, ["-P", properties])
        #expect(unknown.status == 1)
        #expect(unknown.error.contains("\(properties):1:1: error: "))

        let named = try check(config: config, preshared: preshared, ["-P", scratch["none"]])
        #expect(named.status == 1)
        #expect(named.error.contains("none: error: does not exist"))

        let override = try check(
            config: config, preshared: preshared, ["-o", "config/ike_port=70000"])
        #expect(override.status == 1)
        #expect(override.error.contains("-o:1:17: error: "))
    }

    @Test func theCertificatePolicyIsChecked() throws {
        let config = try scratch.write(Self.rule, to: "rules")
        let preshared = try scratch.write(Self.key, to: "keys", mode: 0o600)
        func outcome(_ text: String, mode: Int = 0o644) throws -> Program.Outcome {
            let policy = try scratch.write(text, to: "policy", mode: mode)
            return try check(
                config: config, preshared: preshared,
                ["-o", "config/user=root", "-o", "config/kmf_policy=\(policy)"])
        }
        let good = "<kmf-policy-db><kmf-policy name=\"default\"/></kmf-policy-db>"
        #expect(try outcome(good).error == "1 rule, 1 key: no errors, no warnings\n")

        let bad = try outcome("<kmf-policy-db>\n<kmf-policy name=\"default\" ignore-date=\"1\"/>")
        #expect(bad.status == 1)
        #expect(bad.error.contains("\(scratch["policy"]):2:45: error: "))

        let value = try outcome(good.replacing("name=", with: "ignore-date=\"1\" name="))
        #expect(value.status == 1)
        #expect(
            value.error.contains(
                "\(scratch["policy"]):1:41: error: '1' is no value for ignore-date; "
                    + "expected true or false\n\(good.replacing("name=", with: "ignore-date=\"1\" name="))\n"
                    + String(repeating: " ", count: 40) + "^\n"))

        let other = try outcome("<kmf-policy-db><kmf-policy name=\"other\"/></kmf-policy-db>")
        #expect(other.error.contains("error: has no policy 'default'; expected that one"))

        let writable = try outcome(good, mode: 0o666)
        #expect(writable.error.contains("error: mode 0666 lets others write it"))
        #expect(writable.status == 1)
    }

    /// A rule with certificates, and a keystore of its own.
    private func checkCertificates(
        _ policy: String, certificates: [String] = ["gw.pem"]
    ) throws -> Program.Outcome {
        let config = try scratch.write(
            Self.rule.replacingOccurrences(of: "preshared", with: "cert")
                .replacingOccurrences(of: "{ label", with: "{ local_id FQDN=\"x\" label"),
            to: "rules")
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../KeystoreTests/Fixtures").standardizedFileURL.path
        let directory = scratch["keystore/certs"]
        try? FileManager.default.removeItem(atPath: scratch["keystore"])
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
        for name in certificates {
            try scratch.write(
                String(contentsOfFile: "\(fixtures)/\(name)", encoding: .utf8),
                to: "keystore/certs/\(name)")
        }
        let file = try scratch.write(
            "<kmf-policy-db><kmf-policy name=\"default\">\(policy)</kmf-policy></kmf-policy-db>",
            to: "policy")
        return try check(
            config: config, preshared: scratch["none"],
            [
                "-o", "config/user=root", "-o", "config/kmf_policy=\(file)",
                "-o", "config/keystore=\(scratch["keystore"])",
            ])
    }

    @Test func theResponderThatThePolicyNamesMustBeInTheKeystore() throws {
        func policy(_ serial: String) -> String {
            "<validation-methods><ocsp><responder-cert name=\"C=US, O=Example, CN=root\" "
                + "serial=\"\(serial)\"/></ocsp></validation-methods>"
        }
        let serial = try Program.shell(
            "openssl x509 -noout -serial -in "
                + URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../KeystoreTests/Fixtures/gw.pem").path
        ).dropFirst("serial=".count).trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try checkCertificates(policy(serial)).status == 0)
        let missing = try checkCertificates(policy("0x7777"))
        #expect(missing.status == 1)
        #expect(missing.error.contains("expected that of the OCSP responder"))
    }

    @Test func certificatesThatEndAreAnnounced() throws {
        try Program.shell(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null "
                + "-subj /CN=short -days 5 -out \(scratch["short.pem"]) 2>/dev/null")
        let outcome = try checkCertificates("", certificates: [])
        #expect(!outcome.error.contains("expires"))
        try FileManager.default.moveItem(
            atPath: scratch["short.pem"], toPath: scratch["keystore/certs/short.pem"])
        let announced = try check(
            config: scratch["rules"], preshared: scratch["none"],
            ["-o", "config/user=root", "-o", "config/keystore=\(scratch["keystore"])"])
        #expect(announced.error.contains("\(scratch["keystore"]): warning: certificate CN=short "))
        // The clock may have moved on since it was made.
        #expect(announced.error.contains(#/ expires in [45] days\n/#))
        #expect(announced.status == 0)
    }

    @Test func startingWithErrorsIsRefusedForGood() throws {
        let config = try scratch.write("{", to: "rules")
        let outcome = try Program.run(
            Program.daemon, ["-d", "-f", config, "-o", "config/user=root"])
        #expect(outcome.status == 78)
        #expect(outcome.error.contains("in.ikev2d: not started: "))

        let account = try Program.run(
            Program.daemon, ["-d", "-f", config, "-o", "config/user=nobody-has-this-name"])
        #expect(account.status == 78)
        #expect(account.error.contains("no account 'nobody-has-this-name'"))
    }

    @Test func usageIsTold() throws {
        let outcome = try Program.run(Program.daemon, ["-x"])
        #expect(outcome.status == 2)
        #expect(outcome.error.hasPrefix("in.ikev2d: unknown option -x\nusage: in.ikev2d "))
    }

    @Test func versionTellsWhatCanBeDone() throws {
        let outcome = try Program.run(Program.daemon, ["-V"])
        #expect(outcome.status == 0)
        #expect(outcome.error.isEmpty)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("in.ikev2d ") == true)
        for (title, member) in [
            ("libcrypto ", "3."), ("libevent ", "2."), ("ciphers: ", "ENCR_AES_GCM_16-256"),
            ("integrity: ", "AUTH_HMAC_SHA2_256_128"), ("PRFs: ", "PRF_HMAC_SHA2_256"),
            ("groups: ", "CURVE25519 (31)"),
        ] {
            #expect(lines.contains { $0.hasPrefix(title) && $0.contains(member) })
        }
    }
}
