import Crypto
import Net
import Policy
import Testing
import Wire

@Suite struct ConfigurationTests {
    private func parse(_ text: String) throws -> Policy.Configuration {
        var diagnostics = Diagnostics()
        let configuration = Policy.Configuration.parse(
            Source(name: "file", octets: Array(text.utf8)), into: &diagnostics)
        return try #require(configuration, "\(diagnostics.map { $0.render() })")
    }

    private func parseRule(_ statements: String, globals: String = "") throws -> Rule {
        let text = """
            ikesa_xform { encr_alg aes(256) auth_alg sha256 dh_group 19 }
            auth_method preshared
            \(globals)
            { label "a" local_addr 10.0.0.1 remote_addr 10.0.0.2
              \(statements) }
            """
        let rules = try parse(text).rules
        return try #require(rules.first)
    }

    private func range(_ text: String) throws -> IPRange {
        let parts = text.split(separator: "-").compactMap { IPAddress(String($0)) }
        let first = try #require(parts.first)
        let last = try #require(parts.last)
        return try #require(IPRange(first, last))
    }

    @Test func whatIsLeftOutHasItsDefault() throws {
        let rule = try parseRule("")
        #expect(
            rule
                == Rule(
                    label: "a", localAddresses: [try range("10.0.0.1")],
                    remoteAddresses: [try range("10.0.0.2")],
                    ikeTransforms: [
                        IKETransform(
                            encryption: .aesCBC, keyLengths: [256], integrity: [.hmacSHA256_128],
                            prfs: [.hmacSHA256], group: .ecp256)
                    ]))
        #expect(rule.line == 4)
        #expect(rule.lifetimes.ikeSeconds == 14400)
        #expect(rule.lifetimes.childSeconds == 28800)
        #expect(rule.lifetimes.childSoftSeconds == 25920)
        #expect(rule.lifetimes.childKilobytes == nil)
        #expect(rule.lifetimes.idleSeconds == nil)
        #expect(rule.dpdInterval == 60)
        #expect(rule.mobike)
        #expect(!rule.requestHTTPCertificates)
        #expect(!rule.immediate)
        #expect(!rule.rekeyProbe)
        #expect(rule.pfsGroups.isEmpty)
        #expect(
            rule.childTransforms.map { $0.keyLengths } == [
                [256, 128], [], [256], [256], [256, 192, 128],
            ])
    }

    @Test func everyKeywordReachesTheRule() throws {
        let rule = try parseRule(
            """
            local_addr 10.0.1.0/24 remote_addr fd00::1 - fd00::9
            local_id FQDN = "gw.example.org" remote_id ANY
            local_auth_method cert remote_auth_method ecdsa_sig
            ikesa_lifetime_secs 0x1000 childsa_lifetime_secs 010000 childsa_softlife_secs 4000
            childsa_lifetime_kb 1000 childsa_softlife_kb 900 childsa_idletime_secs 300
            childsa_pfs 19, 20 31 dpd_interval_secs 0 immediate true mobike no
            rekey_probe yes request_http_certs yes ipsec_reqid 7 if_id 0x2a
            """)
        #expect(rule.localAddresses == [try range("10.0.0.1"), try range("10.0.1.0-10.0.1.255")])
        #expect(rule.remoteAddresses == [try range("10.0.0.2"), try range("fd00::1-fd00::9")])
        #expect(
            rule.localID == Identification(type: .fqdn, data: Array("gw.example.org".utf8)))
        #expect(rule.remoteIDs == [.any])
        #expect(rule.localAuthentication == .certificate)
        #expect(rule.remoteAuthentication == .ecdsaSignature)
        #expect(
            rule.lifetimes
                == Lifetimes(
                    ikeSeconds: 4096, childSeconds: 4096, childSoftSeconds: 4000,
                    childKilobytes: 1000, childSoftKilobytes: 900, idleSeconds: 300))
        #expect(rule.pfsGroups == [.ecp256, .ecp384, .curve25519])
        #expect(rule.dpdInterval == 0)
        #expect(rule.immediate)
        #expect(rule.rekeyProbe)
        #expect(!rule.mobike)
        #expect(rule.requestHTTPCertificates)
        #expect(rule.reqid == 7)
        #expect(rule.interfaceID == 42)
    }

    @Test func globalsApplyWhereverTheyStandAndRulesOverrideThem() throws {
        let configuration = try parse(
            """
            { label "own" local_addr ::1 remote_addr ::2 auth_method cert
              ikesa_xform { encr_alg 3des auth_alg sha1 oakley_group 2 }
              childsa_xform { encr_alg none auth_alg sha512 esn no }
              ikesa_lifetime_secs 100 childsa_pfs 0 mobike yes rekey_probe no dpd_interval_secs 5 }
            { label "globals" local_addr ::1 remote_addr ::2 }
            ikesa_xform { encr_alg aes-gcm prf_alg sha384 dh_group 20 ikesa_lifetime_secs 90 }
            ikesa_xform { encr_alg aes auth_alg sha512 prf_alg sha256 dh_group 15 }
            childsa_xform { encr_alg aes-gcm(128) esn yes }
            auth_method preshared ikesa_lifetime_secs 200 childsa_pfs 14 mobike no rekey_probe yes
            dpd_interval_secs 9 childsa_lifetime_secs 1000 childsa_lifetime_kb 100
            """)
        let own = configuration.rules[0]
        let globals = configuration.rules[1]
        #expect(own.localAuthentication == .certificate)
        #expect(
            own.ikeTransforms == [
                IKETransform(
                    encryption: .tripleDES, keyLengths: [],
                    integrity: [.hmacSHA1_96, .hmacSHA1_160], prfs: [.hmacSHA1], group: .modp1024)
            ])
        #expect(
            own.childTransforms == [
                ChildTransform(
                    protocol: .ah, encryption: nil, integrity: [.hmacSHA512_256], esn: [false])
            ])
        #expect(own.lifetimes.ikeSeconds == 100)
        #expect(own.pfsGroups.isEmpty)
        #expect(own.mobike)
        #expect(!own.rekeyProbe)
        #expect(own.dpdInterval == 5)
        #expect(globals.remoteAuthentication == .preshared)
        #expect(
            globals.ikeTransforms == [
                IKETransform(
                    encryption: .aesGCM16, keyLengths: [256, 192, 128], integrity: [],
                    prfs: [.hmacSHA384], group: .ecp384, lifetime: 90),
                IKETransform(
                    encryption: .aesCBC, keyLengths: [256, 192, 128],
                    integrity: [.hmacSHA512_256], prfs: [.hmacSHA256], group: .modp3072),
            ])
        #expect(
            globals.childTransforms == [
                ChildTransform(encryption: .aesGCM16, keyLengths: [128], esn: [true])
            ])
        #expect(
            globals.lifetimes
                == Lifetimes(
                    ikeSeconds: 200, childSeconds: 1000, childSoftSeconds: 900, childKilobytes: 100,
                    childSoftKilobytes: 90))
        #expect(globals.pfsGroups == [.modp2048])
        #expect(!globals.mobike)
        #expect(globals.rekeyProbe)
        #expect(globals.dpdInterval == 9)
    }

    @Test(
        arguments: [
            ("aes", [256, 192, 128]), ("aes-cbc(128..256)", [256, 192, 128]), ("aes (192)", [192]),
            ("aes( 128 .. 192 )", [192, 128]), ("aes(0x80..0400)", [256, 192, 128]),
            ("aes-ctr(256..256)", [256]), ("3des-cbc", []),
        ] as [(String, [UInt16])])
    func keyLengthsAreOfferedLongestFirst(cipher: String, lengths: [UInt16]) throws {
        let rule = try parseRule("ikesa_xform { encr_alg \(cipher) auth_alg sha256 dh_group 14 }")
        #expect(rule.ikeTransforms.map { $0.keyLengths } == [lengths])
    }

    @Test(
        arguments: [
            ("sha", [.hmacSHA1_96, .hmacSHA1_160], .hmacSHA1),
            ("sha1", [.hmacSHA1_96, .hmacSHA1_160], .hmacSHA1),
            ("sha1-160", [.hmacSHA1_160], .hmacSHA1),
            ("sha256", [.hmacSHA256_128], .hmacSHA256), ("sha384", [.hmacSHA384_192], .hmacSHA384),
            ("sha512", [.hmacSHA512_256], .hmacSHA512),
        ] as [(String, [IntegrityAlgorithm], PseudorandomFunction)])
    func aHashGivesIntegrityAndPRF(
        name: String, integrity: [IntegrityAlgorithm], prf: PseudorandomFunction
    ) throws {
        let rule = try parseRule(
            """
            ikesa_xform { dh_group 14 auth_alg \(name) encr_alg aes }
            childsa_xform { auth_alg \(name) encr_alg aes-ctr }
            """)
        #expect(rule.ikeTransforms.map { $0.integrity } == [integrity])
        #expect(rule.ikeTransforms.map { $0.prfs } == [[prf]])
        #expect(rule.childTransforms.map { $0.integrity } == [[integrity[0]]])
    }

    @Test(arguments: [2, 5] + Array(14...32) as [UInt16])
    func everyGroupHasItsNumber(number: UInt16) throws {
        let rule = try parseRule(
            "ikesa_xform { encr_alg aes auth_alg sha256 dh_group \(number) } childsa_pfs \(number)")
        #expect(rule.ikeTransforms.map { $0.group.rawValue } == [number])
        #expect(rule.pfsGroups.map { $0.rawValue } == [number])
    }

    @Test(arguments: [
        ("10.0.0.1", "10.0.0.1"), ("10.0.0.77/24", "10.0.0.0-10.0.0.255"),
        ("10.0.0.0/255.255.255.252", "10.0.0.0-10.0.0.3"), ("0.0.0.0/0", "0.0.0.0-255.255.255.255"),
        ("10.0.0.0/0.0.0.0", "0.0.0.0-255.255.255.255"), ("10.0.0.1/255.255.255.255", "10.0.0.1"),
        ("10.0.0.0  /\t24", "10.0.0.0-10.0.0.255"), ("10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.9"),
        ("10.0.0.1 -10.0.0.9", "10.0.0.1-10.0.0.9"), ("10.0.0.1\n-\n10.0.0.9", "10.0.0.1-10.0.0.9"),
        ("fd00::/126", "fd00::-fd00::3"), ("fd00::1- fd00::9", "fd00::1-fd00::9"),
        ("10.0.0.1#comment", "10.0.0.1"), ("10.0.0.1//comment", "10.0.0.1"),
    ])
    func addresses(text: String, expected: String) throws {
        let rule = try parseRule("remote_addr \(text)\n mobike no")
        #expect(rule.remoteAddresses.last == (try range(expected)))
        #expect(!rule.mobike)
    }

    @Test(
        arguments: [
            ("IP = \"10.0.0.1\"", IdentificationType.ipv4Address, [10, 0, 0, 1]),
            ("ip=\"::1\"", .ipv6Address, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
            ("IPV4 = \"10.0.0.1\"", .ipv4Address, [10, 0, 0, 1]),
            ("ipv6 = \"::\"", .ipv6Address, Array(repeating: 0, count: 16)),
            ("DNS = \"a.b\"", .fqdn, Array("a.b".utf8)), ("fqdn = \"a\"", .fqdn, Array("a".utf8)),
            ("MBOX = \"u@a.b\"", .rfc822Address, Array("u@a.b".utf8)),
            ("EMAIL = \"u@a.b\"", .rfc822Address, Array("u@a.b".utf8)),
            ("user_fqdn = \"u@a.b\"", .rfc822Address, Array("u@a.b".utf8)),
            ("KEY_ID = \"any \\\"text\\\\ \\n\"", .keyID, Array("any \"text\\ \\n".utf8)),
            ("key_id = \"0x00fF10\"", .keyID, [0x00, 0xFF, 0x10]),
            // X.690 by hand: SEQUENCE, SET, SEQUENCE, OID 2.5.4.3, UTF8String.
            (
                "DN = \"CN=gw\"", .derDN,
                [0x30, 0x0D, 0x31, 0x0B, 0x30, 0x09, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0C, 0x02]
                    + Array("gw".utf8)
            ),
        ] as [(String, IdentificationType, [UInt8])])
    func identities(text: String, type: IdentificationType, data: [UInt8]) throws {
        let rule = try parseRule("local_id \(text) remote_id \(text)")
        let identification = Identification(type: type, data: data)
        #expect(rule.localID == identification)
        #expect(rule.remoteIDs == [.exact(identification)])
    }

    @Test func remoteIdentitiesAreAlternatives() throws {
        let rule = try parseRule(
            """
            remote_id IPV4_PREFIX = "10.0.0.0/30" remote_id ipv4_range = "10.0.0.1 - 10.0.0.2"
            remote_id IPV6_PREFIX = "fd00::/127" remote_id IPV6_RANGE = "::1-::2" remote_id any
            """)
        #expect(
            rule.remoteIDs == [
                .addresses(try range("10.0.0.0-10.0.0.3")),
                .addresses(try range("10.0.0.1-10.0.0.2")),
                .addresses(try range("fd00::-fd00::1")), .addresses(try range("::1-::2")), .any,
            ])
    }

    @Test func requiredIssuersRepeat() throws {
        let rule = try parseRule("required_issuer \"CN=a\" required_issuer \"C=US, CN=b\"")
        #expect(
            rule.requiredIssuers == [
                try DistinguishedName(parsing: "CN=a"),
                try DistinguishedName(parsing: "C=US, CN=b"),
            ])
    }

    @Test func aRuleCoversPairsOfItsAddresses() throws {
        let rule = try parseRule("local_addr fd00::1 remote_addr fd00::/64")
        let local = try #require(IPAddress("fd00::1"))
        let remote = try #require(IPAddress("fd00::7"))
        #expect(rule.covers(local: local, remote: remote))
        #expect(!rule.covers(local: remote, remote: remote))
        let other = try #require(IPAddress("10.0.0.3"))
        #expect(!rule.covers(local: local, remote: other))
    }

    @Test func rulesAreEqualByContentWhereverTheyStand() throws {
        let rule = try parseRule("")
        let moved = try parseRule("", globals: "\n\n# further down\n")
        #expect(rule == moved)
        #expect(rule.line != moved.line)
        let others = [
            "mobike no", "immediate yes", "rekey_probe yes", "remote_addr ::1", "ipsec_reqid 0",
            "if_id 0",
            "local_id FQDN = \"a\"", "remote_id ANY", "childsa_pfs 14", "dpd_interval_secs 61",
            "request_http_certs yes", "ikesa_lifetime_secs 60", "local_auth_method cert",
            "remote_auth_method cert", "childsa_xform { encr_alg aes-gcm }",
            "ikesa_xform { encr_alg aes(256) auth_alg sha256 dh_group 20 }",
            "required_issuer \"CN=a\"", "local_addr ::1",
        ]
        for other in others { #expect(try parseRule(other) != rule, "\(other)") }
    }

    @Test func anEmptyFileHasNoRules() throws {
        #expect(try parse("").rules.isEmpty)
        #expect(try parse("# nothing\n // at all").rules.isEmpty)
    }
}
