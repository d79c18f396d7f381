import Foundation
import Testing

/// A token that does not answer.
@Suite struct SlowTokenTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A token of SoftHSM's behind a server, which can be held.
    private final class ServedToken {
        static let softhsm = "/usr/lib/softhsm/libsofthsm2.so"
        static let client = "/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so"
        private let server: Process
        private let scratch: Scratch

        init(in scratch: Scratch) throws {
            self.scratch = scratch
            try FileManager.default.createDirectory(
                atPath: scratch["tokens"], withIntermediateDirectories: false)
            try scratch.write("directories.tokendir = \(scratch["tokens"])\n", to: "softhsm")
            try Program.shell(
                """
                export SOFTHSM2_CONF=\(scratch["softhsm"])
                softhsm2-util --init-token --free --label slow --pin 1234 --so-pin 5678
                """)
            server = try Program.start(
                "/usr/bin/p11-kit",
                ["server", "-f", "-n", scratch["p11"], "-p", Self.softhsm, "pkcs11:token=slow"],
                output: "/dev/null", error: scratch["server"],
                environment: ["SOFTHSM2_CONF": scratch["softhsm"]])
            try wait(for: "p11-kit's server does not listen") {
                FileManager.default.fileExists(atPath: scratch["p11"])
            }
        }

        deinit {
            hold(false)
            for process in helpers() { kill(process, SIGKILL) }
            kill(server.processIdentifier, SIGKILL)
            server.waitUntilExit()
        }

        var environment: [String: String] {
            ["P11_KIT_SERVER_ADDRESS": "unix:path=\(scratch["p11"])"]
        }

        /// Puts a certificate with its key on it.
        func add(_ name: String, _ id: String) throws {
            try Program.shell(
                """
                export SOFTHSM2_CONF=\(scratch["softhsm"])
                cd \(scratch.path)
                openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out \(name).key
                openssl req -x509 -new -key \(name).key -subj /CN=\(name) -days 9 -outform der \
                    -out \(name).crt
                softhsm2-util --import \(name).key --token slow --label \(name) --id \(id) --pin 1234
                pkcs11-tool --module \(Self.softhsm) --token-label slow --login --pin 1234 \
                    --write-object \(name).crt --type cert --label \(name) --id \(id)
                """)
        }

        /// Whether what serves the token stands still.
        func hold(_ isHeld: Bool) {
            for process in helpers() + [server.processIdentifier] {
                kill(process, isHeld ? SIGSTOP : SIGCONT)
            }
        }

        /// Those who serve a client each.
        private func helpers() -> [pid_t] {
            let path = "/proc/\(server.processIdentifier)/task/\(server.processIdentifier)/children"
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            return text.split(separator: " ").compactMap { pid_t($0) }
        }
    }

    @Test func aRefreshDoesNotWaitForIt() throws {
        let token = try ServedToken(in: scratch)
        try token.add("first", "01")
        let config = try scratch.write(
            """
            ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }
            {
                label "peer" auth_method cert local_addr 10.9.0.1 remote_addr 10.9.0.2
                local_id DN="CN=first" remote_id DN="CN=peer"
            }

            """, to: "config")
        let properties = try scratch.write("pkcs11_token/pin = 1234\n", to: "pin", mode: 0o600)
        let place = try Place()
        let daemon = try RunningDaemon(
            in: place, config: config, preshared: scratch["none"], scratch: scratch, log: "log",
            arguments: [
                "-P", properties, "-o", "config/user=root", "-o",
                "config/keystore=\(scratch["keystore"])", "-o",
                "pkcs11_token/uri=pkcs11:token=slow?module-path=\(ServedToken.client)",
            ], environment: token.environment)
        try daemon.says("ready")

        token.hold(true)
        try scratch.write(
            String(contentsOfFile: config, encoding: .utf8)
                .replacingOccurrences(of: "label \"peer\"", with: "label \"renamed\""),
            to: "config")
        #expect(try daemon.ikeadm("read", "rule").output == "the rules are in force\n")
        #expect(try daemon.ikeadm("dump", "rules").output.contains("Label 'renamed'"))
        #expect(!daemon.text.contains("2 certificates"))
        token.hold(false)

        // What has come to it meanwhile takes effect by itself once it answers.
        try token.add("second", "02")
        #expect(try daemon.ikeadm("read", "certcache").status == 0)
        try daemon.says("the token has 2 certificates and 2 private keys")
        #expect(try daemon.ikeadm("dump", "certcache").output.contains("CN=second"))
    }
}
