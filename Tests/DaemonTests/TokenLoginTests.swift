import Foundation
import Testing

/// A token that nobody has told the daemon the PIN of.
@Suite struct TokenLoginTests {
    private static let module = "/usr/lib/softhsm/libsofthsm2.so"
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try Program.shell(
            """
            cd \(scratch.path); mkdir tokens
            printf 'directories.tokendir = %s/tokens\\n' "$PWD" >softhsm
            export SOFTHSM2_CONF=$PWD/softhsm
            softhsm2-util --init-token --free --label office --pin 1234 --so-pin 5678
            openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key
            openssl req -x509 -new -key key -subj /CN=gw -days 9 -outform der -out crt
            softhsm2-util --import key --token office --label gw --id 01 --pin 1234
            pkcs11-tool --module \(Self.module) --token-label office --login --pin 1234 \
                --write-object crt --type cert --label gw --id 01
            """)
    }

    private func token(
        _ daemon: RunningDaemon, _ verb: String, _ name: String = "office", pin: String = ""
    ) throws -> Program.Outcome {
        try Program.run(
            Program.ikeadm, ["-s", daemon.socket, "token", verb, name], input: pin)
    }

    private func daemon(in place: Place) throws -> RunningDaemon {
        let daemon = try RunningDaemon(
            in: place,
            config: scratch.write(
                """
                ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }
                {
                    label "peer" auth_method cert local_addr 10.9.0.1 remote_addr 10.9.0.2
                    local_id DN="CN=gw" remote_id DN="CN=peer"
                }

                """, to: "config"),
            preshared: scratch["none"], scratch: scratch, log: "log",
            arguments: [
                "-o", "config/user=root", "-o", "config/keystore=\(scratch["keystore"])", "-o",
                "pkcs11_token/uri=pkcs11:token=office?module-path=\(Self.module)",
            ], environment: ["SOFTHSM2_CONF": scratch["softhsm"]])
        try daemon.says("ready")
        return daemon
    }

    @Test func aTerminalDoesNotShowThePIN() throws {
        let place = try Place()
        let daemon = try daemon(in: place)
        mkfifo(scratch["keyboard"], 0o600)
        // Who has it for both waits for nobody.
        let keyboard = open(scratch["keyboard"], O_RDWR)
        defer { close(keyboard) }
        let process = try Program.start(
            "/usr/bin/script",
            [
                "-q", "-e", "-c", "\(Program.ikeadm) -s \(daemon.socket) token login office",
                "/dev/null",
            ],
            output: scratch["screen"], error: scratch["error"], input: scratch["keyboard"])
        try wait(for: "no question") { scratch.text(of: "screen").contains("PIN: ") }
        _ = write(keyboard, "1234\n", 5)
        process.waitUntilExit()
        let screen = scratch.text(of: "screen")
        #expect(process.terminationStatus == 0, "\(screen)")
        #expect(screen.contains("the token has 1 certificate") && !screen.contains("1234"))
    }

    @Test func aPINIsTriedAndForgotten() throws {
        let place = try Place()
        let daemon = try daemon(in: place)
        #expect(daemon.text.contains("the token needs a PIN"))

        let other = try token(daemon, "login", "home", pin: "1234\n")
        #expect(other.status == 1 && other.error.contains("there is no token 'home'"))
        let wrong = try token(daemon, "login", pin: "4321\n")
        #expect(
            wrong.status == 1 && wrong.error.contains("the token refuses the PIN"), "\(wrong.error)"
        )
        #expect(try daemon.json("dump", "certcache")["certcache"] as? [String] == [])

        let right = try token(daemon, "login", pin: "1234\n")
        #expect(right.status == 0, "\(right.error)")
        #expect(right.output == "the token has 1 certificate and 1 private key\n")
        let certificate = try daemon.only("certcache")
        #expect(certificate["subject"] as? String == "CN=gw")
        #expect(certificate["private_key"] as? Bool == true)

        // It is tried, and the one that is right stays.
        #expect(try token(daemon, "login", pin: "4321\n").status == 1)
        #expect(try daemon.only("certcache")["private_key"] as? Bool == true)

        #expect(try token(daemon, "logout").status == 0)
        #expect(try daemon.json("dump", "certcache")["certcache"] as? [String] == [])
        daemon.signal(SIGHUP)
        try daemon.says("refresh: 1 rule")
        #expect(try daemon.json("dump", "certcache")["certcache"] as? [String] == [])
        #expect(try token(daemon, "login", pin: "1234\n").status == 0)
        #expect(!daemon.text.contains("1234") && !daemon.text.contains("4321"))
    }
}
