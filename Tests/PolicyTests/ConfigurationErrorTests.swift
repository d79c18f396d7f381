import Policy
import Testing

@Suite struct ConfigurationErrorTests {
    private static let globals = """
        ikesa_xform { encr_alg aes auth_alg sha256 dh_group 14 }
        auth_method preshared

        """

    /// Expects one error of a text, where the mark is, and no configuration.
    private func expectError(_ text: String, _ message: String) throws {
        let marked = try Marked(text)
        var diagnostics = Diagnostics()
        #expect(Configuration.parse(marked.source, into: &diagnostics) == nil)
        let error = try diagnostics.only(.error)
        #expect(error.message == message)
        #expect(marked.isAt(error), "\(error.render())")
        #expect(error.source == "file")
    }

    @Test(arguments: [
        Case("label ‹}›", "unexpected '}'; expected a quoted string of 1 to 255 octets"),
        Case("label ‹gw›", "unexpected 'gw'; expected a quoted string of 1 to 255 octets"),
        Case("label ‹\"\"›", "label has 0 octets; expected a quoted string of 1 to 255 octets"),
        Case(
            "label ‹\"\(String(repeating: "x", count: 256))\"›",
            "label has 256 octets; expected a quoted string of 1 to 255 octets"),
        Case(
            "label \"b\" ‹label› \"c\"", "duplicate 'label'; expected it once (first on line 3)"),
    ])
    func aLabelIsOneShortString(label: Case) throws {
        let closing = label.text.contains("}") ? "" : " }"
        try expectError(
            Self.globals + "{ local_addr 10.0.0.1 remote_addr 10.0.0.2 \(label.text)\(closing)",
            label.message)
    }

    @Test func labelsAreUnique() throws {
        let rule = "{ label \"a\" local_addr 10.0.0.1 remote_addr 10.0.0.2 }\n"
        try expectError(
            Self.globals + rule + rule.replacing("\"a\"", with: "‹\"a\"›"),
            "label is taken by the rule on line 3; expected a unique label")
    }

    @Test(arguments: [
        Case(
            "‹{› local_addr 10.0.0.1 remote_addr 10.0.0.2 }",
            "rule without label \"…\"; expected label \"…\" in it"),
        Case(
            "‹{› label \"a\" remote_addr 10.0.0.2 }",
            "rule without local_addr; expected local_addr in it"),
        Case(
            "‹{› label \"a\" local_addr 10.0.0.1 }",
            "rule without remote_addr; expected remote_addr in it"),
    ])
    func aRuleIsComplete(rule: Case) throws {
        try expectError(Self.globals + rule.text, rule.message)
    }

    @Test func aTransformIsNeededSomewhere() throws {
        try expectError(
            "auth_method preshared\n‹{› label \"a\" local_addr ::1 remote_addr ::2 }",
            "rule without ikesa_xform; expected ikesa_xform in the rule or outside the rules")
    }

    @Test(arguments: ["", "local_auth_method preshared", "remote_auth_method preshared"])
    func aMethodIsNeededForBothSides(methods: String) throws {
        try expectError(
            "ikesa_xform { encr_alg aes auth_alg sha256 dh_group 14 }\n"
                + "‹{› label \"a\" local_addr ::1 remote_addr ::2 \(methods) }",
            "rule without auth_method; expected auth_method in the rule or outside the rules")
    }

    @Test(arguments: [
        Case(
            "lable",
            "unknown keyword 'lable'; expected a keyword of a rule or '}' "
                + "(did you mean 'label'?)"),
        Case(
            "local_adr",
            "unknown keyword 'local_adr'; expected a keyword of a rule or '}' "
                + "(did you mean 'local_addr'?)"),
        Case("bogus", "unknown keyword 'bogus'; expected a keyword of a rule or '}'"),
        Case(
            "Mobike",
            "unknown keyword 'Mobike'; expected a keyword of a rule or '}' "
                + "(did you mean 'mobike'?)"),
        Case(
            "encr_alg",
            "misplaced 'encr_alg'; expected it in ikesa_xform { … } or "
                + "childsa_xform { … }"),
        Case("dh_group", "misplaced 'dh_group'; expected it in ikesa_xform { … }"),
        Case("esn", "misplaced 'esn'; expected it in childsa_xform { … }"),
        Case("p1_xform", "'p1_xform' is an IKEv1 keyword; use ikesa_xform"),
        Case("p2_pfs", "'p2_pfs' is an IKEv1 keyword; use childsa_pfs"),
        Case(
            "p2_lifetime_secs",
            "'p2_lifetime_secs' is an IKEv1 keyword; use "
                + "childsa_lifetime_secs"),
        Case(
            "cert_root",
            "'cert_root' is an IKEv1 keyword; use ikev2cert(8): what is in the "
                + "keystore is trusted"),
        Case("p1_mode", "'p1_mode' is an IKEv1 keyword; use nothing: IKEv2 has one mode"),
    ])
    func wordsThatAreNoKeywordOfARule(word: Case) throws {
        for value in ["", "\"value\"", "value 7", "{ encr_alg aes { } oakley_group 2 }"] {
            try expectError(
                Self.globals + "{ label \"a\" local_addr 10.0.0.1 ‹\(word.text)› \(value) "
                    + "remote_addr 10.0.0.2 }", word.message)
        }
    }

    @Test(arguments: [
        Case(
            "‹label› \"a\"", "misplaced 'label'; expected it in a rule"),
        Case("‹immediate› yes", "misplaced 'immediate'; expected it in a rule"),
        Case("‹local_auth_method› cert", "misplaced 'local_auth_method'; expected it in a rule"),
        Case(
            "‹ikesa_lifetime_sec› 99",
            "unknown keyword 'ikesa_lifetime_sec'; expected a rule in braces or a global keyword "
                + "(did you mean 'ikesa_lifetime_secs'?)"),
        Case("‹}›", "unexpected '}'; expected a rule in braces or a global keyword"),
        Case("‹\"x\"›", "unexpected string 'x'; expected a rule in braces or a global keyword"),
        Case("‹=› 5", "unexpected '='; expected a rule in braces or a global keyword"),
        Case("‹{› label \"a\"", "'{' is never closed; expected '}'"),
        Case(
            "ikesa_lifetime_secs 60 ‹ikesa_lifetime_secs› 60",
            "duplicate 'ikesa_lifetime_secs'; expected it once (first on line 3)"),
    ])
    func whatDoesNotBelongOutsideRules(text: Case) throws {
        try expectError(Self.globals + text.text, text.message)
    }

    @Test func aRuleThatIsNotClosedEndsBeforeTheNext() throws {
        try expectError(
            Self.globals + """
                { label "a" local_addr 10.0.0.1 remote_addr 10.0.0.2
                ‹{› label "b" local_addr 10.0.0.1 remote_addr 10.0.0.3 }
                """, "unexpected '{'; expected '}' before it")
    }

    private static let expectedAddress =
        "expected an address, address/length, address/mask or address-address"
    private static let expectedLength = "expected a prefix length of 0 to 32 or a netmask"

    @Test(arguments: [
        Case("‹10.0.0.300›", "'10.0.0.300' is no address; \(expectedAddress)"),
        Case("‹gw.example.org›", "'gw.example.org' is no address; \(expectedAddress)"),
        Case("‹\"10.0.0.1\"›", "unexpected string '10.0.0.1'; \(expectedAddress)"),
        Case("‹}›", "unexpected '}'; \(expectedAddress)"),
        Case("10.0.0.0/‹33›", "'33' is no prefix length; \(expectedLength)"),
        Case("10.0.0.0 / ‹x›", "'x' is no prefix length; \(expectedLength)"),
        Case(
            "10.0.0.0/‹99999999999999999999›",
            "'99999999999999999999' is no prefix length; \(expectedLength)"),
        Case(
            "10.0.0.0/‹255.0.255.0›",
            "'255.0.255.0' is no netmask; expected ones followed by zeros"),
        Case("fd00::/‹129›", "'129' is no prefix length; expected a prefix length of 0 to 128"),
        Case(
            "fd00::/‹ffff::›",
            "'ffff::' is no prefix length; expected a prefix length of 0 to 128"),
        Case(
            "10.0.0.9-‹10.0.0.1›",
            "range runs backwards; expected an address not below 10.0.0.9"),
        Case("10.0.0.9 - ‹::1›", "range mixes IPv4 and IPv6; expected one family"),
        Case("10.0.0.9-‹x›", "'x' is no address; expected the last address of the range"),
        Case(
            "10.0.0.9-‹}›", "unexpected '}'; expected the last address of the range"),
        Case(
            "10.0.0.1‹,› 10.0.0.2",
            "unexpected ','; expected one address; repeat the keyword for more"),
    ])
    func addresses(address: Case) throws {
        for keyword in ["local_addr", "remote_addr"] {
            let closing = address.text.contains("}") ? "" : "}"
            try expectError(
                Self.globals + """
                    { label "a" local_addr 192.0.2.1 remote_addr 192.0.2.2
                    \t\(keyword) \(address.text)
                    \(closing)
                    """, address.message)
        }
    }

    private static let single =
        "IP, IPV4, IPV6, FQDN, DNS, MBOX, EMAIL, USER_FQDN, DN or KEY_ID, '=' and a quoted string"

    @Test(arguments: [
        Case("local_id ‹ANY›", "type is for remote_id; expected \(single)"),
        Case(
            "local_id ‹IPV4_PREFIX› = \"10.0.0.0/8\"",
            "type is for remote_id; expected \(single)"),
        Case(
            "local_id ‹FQND› = \"a\"",
            "unknown identity type 'FQND'; expected \(single) (did you mean 'FQDN'?)"),
        Case("local_id ‹\"gw\"›", "unexpected string 'gw'; expected \(single)"),
        Case(
            "remote_id ‹\"gw\"›",
            "unexpected string 'gw'; expected ANY, or an identity type, '=' and a quoted string"),
        Case(
            "local_id FQDN = \"a\" ‹local_id› FQDN = \"b\"",
            "duplicate 'local_id'; expected it once (first on line 3)"),
        Case("remote_id FQDN ‹\"a\"›", "unexpected string 'a'; expected '=' and a quoted string"),
        Case("remote_id FQDN = ‹gw›", "unexpected 'gw'; expected a quoted string"),
        Case(
            "remote_id IP = ‹\"10.0.0\"›", "string is not an address; expected an address"),
        Case(
            "remote_id IP = ‹\"10.0.0.0/8\"›", "string is not an address; expected an address"),
        Case(
            "remote_id IPV4 = ‹\"::1\"›",
            "string is not an IPv4 address; expected an IPv4 address"),
        Case(
            "remote_id IPV6 = ‹\"10.0.0.1\"›",
            "string is not an IPv6 address; expected an IPv6 address"),
        Case(
            "remote_id FQDN = ‹\"a..b\"›",
            "string is no domain name; expected one such as \"gw.example.org\""),
        Case(
            "remote_id DNS = ‹\"user@example.org\"›",
            "string is no domain name; expected one such as \"gw.example.org\""),
        Case(
            "remote_id MBOX = ‹\"example.org\"›",
            "string is no mail address; expected one such as \"user@example.org\""),
        Case(
            "remote_id user_fqdn = ‹\"@example.org\"›",
            "string is no mail address; expected one such as \"user@example.org\""),
        Case("remote_id KEY_ID = ‹\"\"›", "string is empty; expected a key id"),
        Case(
            "remote_id KEY_ID = ‹\"0x123\"›",
            "string is no hexadecimal key id; expected 0x and an even number of digits"),
        Case(
            "remote_id DN = ‹\"nonsense\"›",
            "string is no distinguished name; expected one such as \"C=US, O=Example, CN=gw\""),
        Case(
            "required_issuer ‹\"nonsense\"›",
            "string is no distinguished name; expected one such as \"C=US, O=Example, CN=gw\""),
        Case(
            "required_issuer ‹CN› = x",
            "unexpected 'CN'; expected a quoted distinguished name"),
        Case(
            "remote_id IPV4_PREFIX = ‹\"10.0.0.1\"›",
            "string is not of this type; expected one such as \"192.0.2.0/24\""),
        Case(
            "remote_id IPV4_PREFIX = ‹\"fd00::/8\"›",
            "string is not of this type; expected one such as \"192.0.2.0/24\""),
        Case(
            "remote_id IPV6_PREFIX = ‹\"10.0.0.0/8\"›",
            "string is not of this type; expected one such as \"2001:db8::/32\""),
        Case(
            "remote_id IPV4_RANGE = ‹\"10.0.0.9-10.0.0.1\"›",
            "range runs backwards; expected an address not below 10.0.0.9"),
        Case(
            "remote_id IPV6_RANGE = ‹\"::1-10.0.0.1\"›",
            "range mixes IPv4 and IPv6; expected one family"),
        Case(
            "remote_id IPV4_RANGE = ‹\"10.0.0.1-10.0.0.9 x\"›",
            "string is not of this type; expected one such as \"192.0.2.1-192.0.2.9\""),
    ])
    func identities(identity: Case) throws {
        try expectError(
            Self.globals + "{ label \"a\" local_addr ::1 remote_addr ::2 \(identity.text) }",
            identity.message)
    }

    @Test(arguments: [
        Case(
            "ikesa_lifetime_secs ‹59›",
            "'59' is out of range; expected 60 to 4294967295 seconds"),
        Case(
            "ikesa_lifetime_secs ‹4294967296›",
            "'4294967296' is out of range; expected 60 to 4294967295 seconds"),
        Case(
            "ikesa_lifetime_secs ‹99999999999999999999›",
            "number '99999999999999999999' is too large; expected 60 to 4294967295 seconds"),
        Case(
            "ikesa_lifetime_secs ‹0x1G›",
            "'0x1G' is no number; expected 60 to 4294967295 seconds"),
        Case(
            "ikesa_lifetime_secs ‹099›",
            "'099' is no number; expected 60 to 4294967295 seconds"),
        Case(
            "ikesa_lifetime_secs ‹-60›",
            "'-60' is no number; expected 60 to 4294967295 seconds"),
        Case(
            "ikesa_lifetime_secs ‹\"60\"›",
            "unexpected string '60'; expected 60 to 4294967295 seconds"),
        Case(
            "childsa_lifetime_secs ‹1›",
            "'1' is out of range; expected 2 to 4294967295 seconds"),
        Case(
            "childsa_softlife_secs ‹0›",
            "'0' is out of range; expected 1 to 4294967295 seconds"),
        Case(
            "childsa_lifetime_kb ‹0›",
            "'0' is out of range; expected 2 to 18014398509481983 KiB"),
        Case(
            "childsa_softlife_kb ‹18014398509481984›",
            "'18014398509481984' is out of range; expected 1 to 18014398509481983 KiB"),
        Case(
            "childsa_idletime_secs ‹0›",
            "'0' is out of range; expected 1 to 4294967295 seconds"),
        Case("dpd_interval_secs ‹x›", "'x' is no number; expected 0 to 4294967295 seconds"),
        Case(
            "childsa_lifetime_secs 100 childsa_softlife_secs ‹100›",
            "childsa_softlife_secs 100 is not below childsa_lifetime_secs 100; expected less"),
        Case(
            "childsa_softlife_secs ‹28800›",
            "childsa_softlife_secs 28800 is not below childsa_lifetime_secs 28800; expected less"),
        Case(
            "childsa_softlife_kb ‹9000› childsa_lifetime_kb 8000",
            "childsa_softlife_kb 9000 is not below childsa_lifetime_kb 8000; expected less"),
        Case(
            "childsa_pfs ‹x›", "'x' is no number; expected 0 for none, or groups 2, 5 or 14 to 32"),
        Case("childsa_pfs 19 ‹0›", "0 means none; expected it alone"),
        Case("childsa_pfs 19, ‹19›", "group 19 stands here twice; expected it once"),
        Case(
            "childsa_pfs 14 ‹1›",
            "unsupported group 1; expected 0 for none, or groups 2, 5 or 14 to 32"),
        Case(
            "childsa_pfs ‹33›",
            "unknown group 33; expected 0 for none, or groups 2, 5 or 14 to 32"),
        Case("rekey_probe ‹once›", "unknown 'once'; expected yes or no"),
        Case("mobike ‹maybe›", "unknown 'maybe'; expected yes or no"),
        Case("mobike ‹yess›", "unknown 'yess'; expected yes or no (did you mean 'yes'?)"),
        Case("request_http_certs ‹1›", "unknown '1'; expected yes or no"),
        Case(
            "auth_method ‹psk›",
            "unknown 'psk'; expected preshared, cert, rsa_sig, dss_sig, ecdsa_sig or eddsa_sig"),
        Case(
            "auth_method ‹rsa_sign›",
            "unknown 'rsa_sign'; expected preshared, cert, rsa_sig, dss_sig, ecdsa_sig or "
                + "eddsa_sig (did you mean 'rsa_sig'?)"),
    ])
    func valuesOfGlobalsAndRules(value: Case) throws {
        let xform = "ikesa_xform { encr_alg aes auth_alg sha256 dh_group 14 }"
        let method = value.text.contains("auth_method") ? "" : "auth_method preshared"
        let rule = "label \"a\" local_addr ::1 remote_addr ::2"
        try expectError("\(xform)\n{ \(rule) \(method)\n\(value.text) }", value.message)
        try expectError("\(xform) \(method)\n\(value.text)\n{ \(rule) }", value.message)
    }

    @Test(arguments: [
        Case("immediate ‹1›", "unknown '1'; expected yes or no"),
        Case(
            "ipsec_reqid ‹4294967296›",
            "'4294967296' is out of range; expected a reqid of 0 to 4294967295"),
        Case("if_id ‹-›", "'-' is no number; expected an interface id of 0 to 4294967295"),
        Case("mobike no\n‹mobike› no", "duplicate 'mobike'; expected it once (first on line 3)"),
        Case(
            "mobike no ‹\"and\"›",
            "unexpected string 'and'; expected a keyword of a rule or '}'"),
        Case("mobike no ‹(›3)", "unexpected '('; expected a keyword of a rule or '}'"),
    ])
    func valuesOfRules(value: Case) throws {
        try expectError(
            Self.globals + "{ label \"a\" local_addr ::1 remote_addr ::2 \(value.text) }",
            value.message)
    }

    @Test(arguments: [
        ("childsa_lifetime_secs", "childsa_softlife_secs"),
        ("childsa_lifetime_kb", "childsa_softlife_kb"),
    ])
    func softLifetimesEndBeforeHardOnesWhereverTheyStand(hard: String, soft: String) throws {
        let rule = "label \"a\" local_addr ::1 remote_addr ::2"
        try expectError(
            Self.globals + "{ \(rule) \(hard) ‹90› }\n\(soft) 100",
            "\(hard) 90 is not above \(soft) 100; expected more")
        try expectError(
            Self.globals + "{ \(rule) \(soft) ‹100› }\n\(hard) 90",
            "\(soft) 100 is not below \(hard) 90; expected less")
        try expectError(
            Self.globals + "{ \(rule) } { \(rule.replacing("a\"", with: "b\"")) } "
                + "\(hard) 90 \(soft) ‹100›",
            "\(soft) 100 is not below \(hard) 90; expected less")
    }
}
