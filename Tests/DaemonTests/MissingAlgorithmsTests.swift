import Foundation
import Testing
import Wire

/// A libcrypto from which an openssl.cnf has taken every algorithm that IKE uses.
@Suite struct MissingAlgorithmsTests {
    enum Cut: CaseIterable, Sendable {
        /// All but random octets must come from a FIPS module, which is not there.
        case fipsButForRandomOctets
        case fips, baseProvider, legacyProvider, noModule

        /// The openssl.cnf (config(5)).
        var text: String {
            switch self {
            case .fipsButForRandomOctets:
                Self.fipsAlone + "random = random\n[random]\nproperties = -fips\n"
                    + "seed_properties = -fips\n"
            case .fips: Self.fipsAlone
            case .baseProvider: Self.providers + "base = one\n[one]\nactivate = 1\n"
            case .legacyProvider: Self.providers + "legacy = one\n[one]\nactivate = 1\n"
            case .noModule:
                Self.providers + "x = one\n[one]\nmodule = /nonexistent/x.so\nactivate = 1\n"
            }
        }

        private static let providers =
            "openssl_conf = init\n[init]\nproviders = providers\n[providers]\n"
        private static let fipsAlone =
            providers + "default = one\n[one]\nactivate = 1\n"
            + "[algorithms]\ndefault_properties = fips=yes\n"
            + "[init]\nalg_section = algorithms\n"
    }

    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func files() throws -> (config: String, preshared: String) {
        let config = try scratch.write(
            """
            auth_method preshared
            ikesa_xform { encr_alg aes(192..256) auth_alg sha512 dh_group 14 }
            childsa_pfs 19, 31
            childsa_xform { encr_alg aes-ctr auth_alg sha256 }
            { label "peer" local_addr 127.0.0.1 remote_addr 127.0.0.1
              ikesa_xform { encr_alg chacha20-poly1305 prf_alg sha384 dh_group 31 }
              ikesa_xform { encr_alg 3des auth_alg sha1-160 prf_alg sha256 dh_group 26 } }

            """, to: "rules")
        let preshared = try scratch.write(
            "{ label \"peer\" key \"correct horse\" }\n", to: "keys", mode: 0o600)
        return (config, preshared)
    }

    private func environment(_ text: String) throws -> [String: String] {
        ["OPENSSL_CONF": try scratch.write(text, to: "openssl.cnf")]
    }

    @Test(arguments: Cut.allCases)
    func everyAlgorithmThatIsMissingIsToldInItsPlace(cut: Cut) throws {
        let (config, preshared) = try files()
        let outcome = try Program.run(
            Program.daemon,
            [
                "-c", "-f", config, "-o", "config/preshared_file=\(preshared)", "-o",
                "config/user=root",
            ], environment: environment(cut.text))
        #expect(outcome.status == 1)
        let hasRandomOctets = cut == .fipsButForRandomOctets
        // Those of the Child SA's packets are the kernel's.
        let missing: [(place: String, name: String, libcrypto: String)] = [
            ("2:24", "ENCR_AES_CBC-256", "AES-256-CBC"),
            ("2:24", "ENCR_AES_CBC-192", "AES-192-CBC"),
            ("2:47", "AUTH_HMAC_SHA2_512_256", "HMAC with SHA-512"),
            ("2:47", "PRF_HMAC_SHA2_512", "HMAC with SHA-512"), ("2:63", "MODP_2048", "MODP_2048"),
            ("3:13", "ECP_256", "ECP_256"), ("3:17", "CURVE25519", "CURVE25519"),
            ("6:26", "ENCR_CHACHA20_POLY1305", "ChaCha20-Poly1305"),
            ("6:52", "PRF_HMAC_SHA2_384", "HMAC with SHA-384"),
            ("7:26", "ENCR_3DES", "DES-EDE3-CBC"),
            ("7:40", "AUTH_HMAC_SHA1_160", "HMAC with SHA-1"),
            ("7:57", "PRF_HMAC_SHA2_256", "HMAC with SHA-256"), ("7:73", "ECP_224", "ECP_224"),
        ]
        let lines = outcome.error.split(separator: "\n").filter { $0.contains(": error: ") }
        let expected = missing.map {
            "\(config):\($0.place): error: \($0.name) cannot be used: libcrypto: "
                + "\($0.libcrypto): unsupported; expected an algorithm that in.ikev2d -V lists"
        }
        #expect(lines.suffix(missing.count).map { String($0) } == expected)
        #expect(
            outcome.error.contains(
                """
                  ikesa_xform { encr_alg chacha20-poly1305 prf_alg sha384 dh_group 31 }
                                         ^~~~~~~~~~~~~~~~~
                """))
        let essentials = lines.dropLast(missing.count).map { String($0) }
        let others = [
            "libcrypto: error: SHA-1 cannot be used: libcrypto: SHA-1: unsupported; "
                + "expected for every IKE SA",
            "libcrypto: error: PRF_HMAC_SHA2_256 cannot be used: libcrypto: HMAC with SHA-256: "
                + "unsupported; expected for every IKE SA",
        ]
        #expect(essentials.suffix(2) == others[...])
        #expect(essentials.count == (hasRandomOctets ? 2 : 3))
        #expect(
            hasRandomOctets
                || essentials.first?.hasPrefix(
                    "libcrypto: error: random octets cannot be used: libcrypto: ") == true
        )
        #expect(outcome.error.hasSuffix("\(lines.count) errors, 2 warnings\n"), "\(outcome.error)")
    }

    /// What names no algorithm misses none, and neither does an openssl.cnf that takes none away.
    @Test func aWholeLibcryptoIsClean() throws {
        let (config, preshared) = try files()
        for text in ["", "openssl_conf = init\n[init]\nproviders = providers\n[providers]\n"] {
            let outcome = try Program.run(
                Program.daemon,
                [
                    "-c", "-f", config, "-o", "config/preshared_file=\(preshared)", "-o",
                    "config/user=root",
                ], environment: environment(text))
            #expect(outcome.error.hasSuffix("1 rule, 1 key: no errors, 2 warnings\n"))
            #expect(outcome.status == 0)
        }
        let empty = try Program.run(
            Program.daemon,
            [
                "-c", "-f", scratch.write("", to: "empty"), "-o",
                "config/preshared_file=\(preshared)", "-o", "config/user=root",
            ], environment: environment(Cut.baseProvider.text))
        #expect(empty.status == 0)
    }

    @Test(arguments: Cut.allCases) func versionTellsThatNothingIsThere(cut: Cut) throws {
        let outcome = try Program.run(
            Program.daemon, ["-V"], environment: environment(cut.text))
        #expect(outcome.status == 0)
        #expect(outcome.output.hasSuffix("ciphers: \nintegrity: \nPRFs: \ngroups: \n"))
    }

    @Test(arguments: Cut.allCases) func aStartIsRefused(cut: Cut) throws {
        let (config, preshared) = try files()
        let outcome = try Program.run(
            Program.daemon,
            [
                "-d", "-f", config, "-o", "config/preshared_file=\(preshared)", "-o",
                "config/user=root",
            ], environment: environment(cut.text))
        #expect(outcome.status == 78)
        #expect(outcome.error.contains("\(config):2:63: error: MODP_2048 cannot be used: "))
        #expect(outcome.error.contains("in.ikev2d: not started: "))
    }

    @Test(arguments: Cut.allCases) func aStartAllTheSameRefusesEveryPeer(cut: Cut) throws {
        let (config, preshared) = try files()
        let place = try Place()
        let daemon = try RunningDaemon(
            in: place, config: config, preshared: preshared, scratch: scratch, log: "log",
            arguments: ["-o", "config/user=root", "-o", "config/ignore_errors=true"],
            environment: environment(cut.text))
        try daemon.says("no rule is in force before a refresh succeeds")
        try daemon.says("ready: no rules")
        let refusal = Payload.notify(
            Notify(protocol: .none, spi: [], type: .noProposalChosen))
        // More than would be half open before cookies are asked for.
        for number in UInt8(1)...20 {
            let octets = try exchange(request(number), in: place)
            let answer = try Message(decoding: octets.span)
            #expect(answer.payloads == [refusal])
            #expect(answer.header.initiatorSPI == IKESPI(UInt64(number)))
        }
        daemon.signal(SIGHUP)
        try daemon.says("the running configuration stays as it is")
        #expect(try !exchange(request(99), in: place).isEmpty)
        daemon.signal(SIGTERM)
        #expect(try daemon.end() == 0)
    }

    /// An IKE_SA_INIT request for the rule's algorithms.
    private func request(_ number: UInt8) -> [UInt8] {
        Message(
            header: Header(
                initiatorSPI: IKESPI(UInt64(number)), responderSPI: .zero, exchange: .ikeSAInit,
                flags: .initiator, messageID: 0),
            payloads: [
                .securityAssociation([
                    Proposal(
                        number: 1, protocol: .ike, spi: [],
                        transforms: [
                            .encryption(.chacha20Poly1305), .prf(.hmacSHA384),
                            .keyExchange(.curve25519),
                        ])
                ]),
                .keyExchange(
                    KeyExchange(method: .curve25519, value: [UInt8](repeating: 9, count: 32))),
                .nonce([UInt8](repeating: number, count: 32)),
            ]
        ).encoded()
    }

    /// Sends a datagram to the daemon; what comes back.
    private func exchange(_ octets: [UInt8], in place: Place) throws -> [UInt8] {
        let file = scratch["datagram"]
        try Data(octets).write(to: URL(fileURLWithPath: file))
        let answer = scratch["answer"]
        try Program.shell(
            """
            ip netns exec \(place.name) timeout 20 bash -c '
                exec 3<>/dev/udp/127.0.0.1/500
                dd if=\(file) bs=65536 count=1 status=none >&3
                dd of=\(answer) bs=65536 count=1 status=none <&3'
            """)
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: answer)))
    }
}
