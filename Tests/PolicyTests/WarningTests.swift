import Policy
import Testing

@Suite struct WarningTests {
    private static let globals = """
        ikesa_xform { encr_alg aes auth_alg sha256 dh_group 14 }
        auth_method preshared

        """

    private func expectWarning(_ text: String, _ message: String) throws {
        let marked = try Marked(text)
        var diagnostics = Diagnostics()
        #expect(Policy.Configuration.parse(marked.source, into: &diagnostics) != nil)
        #expect(!diagnostics.hasErrors)
        let warning = try diagnostics.only(.warning)
        #expect(warning.message == message)
        #expect(marked.isAt(warning), "\(warning.render())")
        #expect(warning.render().hasPrefix("file:\(marked.line):\(marked.column): warning: "))
    }

    @Test(arguments: [
        "required_issuer \"CN=ca\"", "auth_method cert", "auth_method rsa_sig",
        "auth_method dss_sig", "auth_method ecdsa_sig", "auth_method eddsa_sig",
        "local_auth_method cert", "remote_auth_method ecdsa_sig",
        "childsa_pfs 0", "dpd_interval_secs 0", "immediate no", "immediate yes", "mobike no",
        "rekey_probe no", "rekey_probe yes",
        "request_http_certs no", "request_http_certs yes", "childsa_lifetime_secs 60",
        "childsa_lifetime_kb 60",
        "childsa_softlife_secs 60", "childsa_softlife_kb 60", "childsa_idletime_secs 60",
        "ikesa_lifetime_secs 60", "auth_method preshared", "ipsec_reqid 1", "if_id 1",
        "childsa_xform { encr_alg chacha20-poly1305 }", "childsa_xform { encr_alg aes-ccm }",
        "ikesa_xform { encr_alg aes-gcm prf_alg sha512 dh_group 31 }",
    ])
    func whatIsInEffectDrawsNoWarning(statement: String) {
        let diagnostics = Diagnostics(
            parsingConfiguration: Self.globals
                + "{ label \"a\" local_addr ::1 remote_addr ::2 \(statement) }")
        #expect(diagnostics.isEmpty, "\(diagnostics.map { $0.render() })")
    }

    @Test(arguments: [
        Case("childsa_xform { encr_alg aes auth_alg ‹sha1› }", "'sha1' is weak (RFC 8247)"),
        Case(
            "childsa_xform { encr_alg aes auth_alg ‹sha1-160› }",
            "'sha1-160' is weak (RFC 8247)"),
        Case("childsa_xform { encr_alg ‹3des› auth_alg sha256 }", "'3des' is weak (RFC 8247)"),
        Case(
            "ikesa_xform { encr_alg aes auth_alg ‹sha› dh_group 14 }",
            "'sha' is weak (RFC 8247)"),
        Case(
            "ikesa_xform { encr_alg aes-gcm prf_alg ‹sha1› dh_group 14 }",
            "'sha1' is weak (RFC 8247)"),
    ])
    func weakAlgorithms(statement: Case) throws {
        try expectWarning(Self.globals + statement.text, statement.message)
    }

    @Test(arguments: [2, 5, 22, 23, 24])
    func weakGroups(group: Int) {
        let diagnostics = Diagnostics(
            parsingConfiguration: Self.globals
                + "ikesa_xform { encr_alg aes auth_alg sha256 dh_group \(group) }")
        #expect(!diagnostics.hasErrors)
        #expect(diagnostics.contains { $0.message == "group \(group) is weak (RFC 8247)" })
    }

    @Test func addressesOfDifferentFamiliesNeverMeet() throws {
        try expectWarning(
            Self.globals + "{ label ‹\"a\"› local_addr ::1 remote_addr 10.0.0.1 }",
            "rule never applies: local_addr and remote_addr are of different families")
    }

}

@Suite struct CheckTests {
    /// Checks rules and keys; the places and messages of the warnings.
    private func check(_ rules: String, _ keys: String) throws -> [String] {
        let rules = Source(
            name: "rules",
            octets: Array(
                """
                ikesa_xform { encr_alg aes(256) auth_alg sha256 dh_group 14 } auth_method preshared
                \(rules)
                """.utf8))
        let keys = Source(name: "keys", octets: Array(keys.utf8))
        var parsing = Diagnostics()
        let configuration = try #require(
            Policy.Configuration.parse(rules, into: &parsing), "\(parsing.map { $0.render() })")
        let known = try #require(PresharedKeys.parse(keys, into: &parsing))
        var diagnostics = Diagnostics()
        configuration.check(in: rules, with: known, in: keys, into: &diagnostics)
        return diagnostics.map { "\($0.source):\($0.line):\($0.column): \($0.message)" }
    }

    @Test func everyRuleWithPresharedKeysNeedsOne() throws {
        let warnings = try check(
            """
            { label "no key" local_addr ::1 remote_addr ::2 }
            { label "local" local_addr ::1 remote_addr ::3 }
            { label "remote" local_addr ::1 remote_addr ::4 }
            { label "mixed" local_addr ::1 remote_addr ::5 remote_auth_method cert }
            { label "cert" local_addr ::1 remote_addr ::6 auth_method cert }
            """,
            """
            { label "local" label "mixed" local_key 01 }
            { label "remote" remote_key 01 }
            """)
        #expect(
            warnings == [
                "rules:2:9: rule has no key in ikev2.preshared",
                "rules:3:9: rule has a local_key only in ikev2.preshared",
                "rules:4:9: rule has a remote_key only in ikev2.preshared",
            ])
    }

    @Test func everyKeyNeedsARule() throws {
        let warnings = try check(
            "{ label \"a\" local_addr ::1 remote_addr ::2 }",
            "{ label \"z\" label \"a\" key 01 }\n{ label \"b\" key 02 }")
        #expect(
            warnings == [
                "keys:1:9: no rule has this label: the key serves nobody",
                "keys:2:9: no rule has this label: the key serves nobody",
            ])
    }

    @Test(arguments: [
        ("local_addr 10.0.0.1 remote_addr 10.0.0.2", "local_addr 10.0.0.1 remote_addr 10.0.0.2"),
        ("local_addr 0.0.0.0/0 remote_addr 0.0.0.0/0", "local_addr 10.0.0.1 remote_addr 10.0.0.2"),
        (
            "local_addr 10.0.0.0/24 remote_addr 10.0.1.0-10.0.3.7 remote_addr ::/0 local_addr ::1",
            "local_addr 10.0.0.9 remote_addr 10.0.2.0/24 local_addr ::1 remote_addr fd00::9"
        ),
        (
            "local_addr ::/0 remote_addr ::/0 remote_id ANY",
            "local_addr ::1 remote_addr ::2 ipsec_reqid 7 remote_id FQDN = \"a\""
        ),
        (
            "local_addr ::/0 remote_addr ::/0 ipsec_reqid 7 if_id 1",
            "local_addr ::1 remote_addr ::2 ipsec_reqid 7 if_id 1"
        ),
    ])
    func aRuleBehindOneThatCoversItIsShadowed(first: String, second: String) throws {
        let warnings = try check(
            """
            { label "other" local_addr 203.0.113.1 remote_addr 203.0.113.2 }
            { label "first" \(first) }
            { label "second" \(second) }
            """, "{ label \"first\" label \"second\" label \"other\" key 01 }")
        #expect(
            warnings == ["rules:4:9: rule never applies: the rule on line 3 covers all of it"])
    }

    @Test(arguments: [
        ("local_addr ::1 remote_addr ::2", "local_addr ::1 remote_addr ::3"),
        ("local_addr ::1 remote_addr ::2/127", "local_addr ::1 remote_addr ::2/126"),
        (
            "local_addr ::1 remote_addr ::2 ipsec_reqid 7", "local_addr ::1 remote_addr ::2"
        ),
        ("local_addr ::1 remote_addr ::2 if_id 7", "local_addr ::1 remote_addr ::2 if_id 8"),
        (
            "local_addr ::1 remote_addr ::/0 remote_id FQDN = \"a\"",
            "local_addr ::1 remote_addr ::/0 remote_id FQDN = \"b\""
        ),
        (
            "local_addr ::1 remote_addr ::2 local_id FQDN = \"a\"",
            "local_addr ::1 remote_addr ::2"
        ),
        (
            "local_addr ::1 remote_addr ::2",
            "local_addr ::1 remote_addr ::2 ikesa_xform { encr_alg aes auth_alg sha512 dh_group 14 }"
        ),
        (
            "local_addr ::1 remote_addr ::2",
            "local_addr ::1 remote_addr ::2 local_addr 10.0.0.1 remote_addr 10.0.0.2"
        ),
    ])
    func aRuleWithSomethingOfItsOwnIsNotShadowed(first: String, second: String) throws {
        let warnings = try check(
            "{ label \"first\" \(first) }\n{ label \"second\" \(second) }",
            "{ label \"first\" label \"second\" key 01 }")
        #expect(warnings.isEmpty)
    }
}
