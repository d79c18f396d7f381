import Crypto
import Policy
import Testing

@Suite struct PropertiesTests {
    private func parse(_ text: String?, _ overrides: [String] = []) throws -> Properties {
        var diagnostics = Diagnostics()
        let source = text.map { Source(name: "conf", octets: Array($0.utf8)) }
        let properties = Properties.parse(source, overrides: overrides, into: &diagnostics)
        return try #require(properties, "\(diagnostics.map { $0.render() })")
    }

    @Test func whatIsNotSetHasItsDefault() throws {
        let properties = try parse(nil)
        #expect(properties == Properties())
        #expect(try parse("\n# nothing\n  # set\n") == properties)
        #expect(properties.configFile == "/etc/inet/ike/ikev2.config")
        #expect(properties.presharedFile == "/etc/inet/ike/ikev2.preshared")
        #expect(properties.kmfPolicy == "/etc/inet/ike/kmf-policy.xml")
        #expect(properties.debugLevel == .op)
        #expect(properties.debugLogfile == .default)
        #expect(!properties.ignoreErrors)
        #expect(properties.minThreads == 1)
        #expect(properties.maxThreads == nil)
        #expect(properties.responseWaitTime == 60)
        #expect(!properties.fragmentationEnable)
        #expect(properties.fragmentationMTU == 1350)
        #expect(properties.pkcs11TokenURI == nil)
        #expect(properties.pkcs11TokenPIN == nil)
        #expect(properties.user == "ikeuser")
        #expect(properties.keystore == "/var/lib/ikev2d/keystore")
        #expect(properties.adminSocket == "/run/ikev2d/ikeadm.sock")
        #expect(properties.policyState == "/run/ikev2d/policy")
        #expect((properties.ikePort, properties.nattPort) == (500, 4500))
        #expect(!properties.allowKeydump)
        #expect(properties.kernel == .xfrm)
    }

    @Test func everyPropertyIsRead() throws {
        let properties = try parse(
            """
            # comment
            config/config_file = /a # comment
            config/preshared_file=/b#c
              config/kmf_policy\t=\t/c d
            config/debug_level = all-op
            config/debug_logfile = /var/log/ikev2d.log
            config/ignore_errors = true
            config/min_threads = 2
            config/max_threads = 64
            config/response_wait_time = 3600
            config/fragmentation_enable = yes
            config/fragmentation_mtu = 576
            pkcs11_token/uri = pkcs11:token=ike;object=gw
            pkcs11_token/pin = 12 = 34
            config/user = _ike-v2$
            config/keystore = /k
            config/admin_socket = /s
            config/policy_state = /p
            config/ike_port = 1
            config/natt_port = 0xffff
            config/allow_keydump = no
            config/kernel = dry-run
            """.replacing("\n", with: "\r\n"))
        #expect(properties.configFile == "/a")
        #expect(properties.presharedFile == "/b#c")
        #expect(properties.kmfPolicy == "/c d")
        #expect(properties.debugLevel == DebugCategories.all.subtracting(.op))
        #expect(properties.debugLogfile == .file("/var/log/ikev2d.log"))
        #expect(properties.ignoreErrors)
        #expect(properties.minThreads == 2)
        #expect(properties.maxThreads == 64)
        #expect(properties.responseWaitTime == 3600)
        #expect(properties.fragmentationEnable)
        #expect(properties.fragmentationMTU == 576)
        #expect(properties.pkcs11TokenURI == "pkcs11:token=ike;object=gw")
        #expect(properties.pkcs11TokenPIN?.revealed() == Array("12 = 34".utf8))
        #expect(properties.user == "_ike-v2$")
        #expect(properties.keystore == "/k")
        #expect(properties.adminSocket == "/s")
        #expect(properties.policyState == "/p")
        #expect((properties.ikePort, properties.nattPort) == (1, 65535))
        #expect(!properties.allowKeydump)
        #expect(properties.kernel == .dryRun)
    }

    @Test func theLogGoesToAFileOrAStream() throws {
        #expect(try parse("config/debug_logfile = -").debugLogfile == .standardError)
        #expect(try parse("config/debug_logfile = syslog").debugLogfile == .syslog)
    }

    @Test func overridesWinAndTheLastOfThem() throws {
        let properties = try parse(
            "config/user = one",
            ["config/user=two", "config/user = #three".replacing("#", with: "")])
        #expect(properties.user == "three")
        #expect(try parse("config/user = one").user == "one")
        #expect(try parse(nil, ["config/config_file=/a #b"]).configFile == "/a #b")
    }

    @Test(arguments: [
        Case(
            "‹config/confg_file› = /a",
            "unknown property 'config/confg_file'; expected one of ikev2d.conf(5) "
                + "(did you mean 'config/config_file'?)"),
        Case(
            "‹debug_level› = op",
            "unknown property 'debug_level'; expected one of ikev2d.conf(5) "
                + "(did you mean 'config/debug_level'?)"),
        Case("‹bogus› = 1", "unknown property 'bogus'; expected one of ikev2d.conf(5)"),
        Case("config/user ‹ikeuser›", "no '=' after 'config/user'; expected name = value"),
        Case("config/user‹›", "no '=' after 'config/user'; expected name = value"),
        Case("config/user =‹›", "'config/user' has no value; expected one"),
        Case(
            "config/user = a\n‹config/user› = b",
            "duplicate 'config/user'; expected it once (first on line 3)"),
        Case("config/user = ‹a:b›", "'a:b' is no account name; expected one"),
        Case("config/user = ‹-x›", "'-x' is no account name; expected one"),
        Case("config/config_file = ‹a/b›", "'a/b' is no absolute path; expected one, /…"),
        Case("config/preshared_file = ‹b›", "'b' is no absolute path; expected one, /…"),
        Case("config/kmf_policy = ‹b›", "'b' is no absolute path; expected one, /…"),
        Case("config/keystore = ‹b›", "'b' is no absolute path; expected one, /…"),
        Case("config/admin_socket = ‹b›", "'b' is no absolute path; expected one, /…"),
        Case("config/policy_state = ‹b›", "'b' is no absolute path; expected one, /…"),
        Case(
            "config/debug_logfile = ‹stderr›",
            "unknown 'stderr'; expected an absolute path, - or syslog"),
        Case("config/ignore_errors = ‹maybe›", "unknown 'maybe'; expected true or false"),
        Case(
            "config/ignore_errors = ‹flase›",
            "unknown 'flase'; expected true or false (did you mean 'false'?)"),
        Case("config/fragmentation_enable = ‹1›", "unknown '1'; expected true or false"),
        Case("config/allow_keydump = ‹1›", "unknown '1'; expected true or false"),
        Case("config/min_threads = ‹0›", "'0' is out of range; expected 1 to 64 threads"),
        Case("config/max_threads = ‹65›", "'65' is out of range; expected 1 to 64 threads"),
        Case("config/max_threads = ‹two›", "'two' is no number; expected 1 to 64 threads"),
        Case(
            "config/max_threads = 2\nconfig/min_threads = ‹3›",
            "config/min_threads 3 is above config/max_threads 2; expected at most 2"),
        Case(
            "config/response_wait_time = ‹0›",
            "'0' is out of range; expected 1 to 3600 seconds"),
        Case(
            "config/response_wait_time = ‹3601›",
            "'3601' is out of range; expected 1 to 3600 seconds"),
        Case(
            "config/response_wait_time = ‹99999999999999999999›",
            "'99999999999999999999' is out of range; expected 1 to 3600 seconds"),
        Case(
            "config/response_wait_time = ‹60 s›",
            "'60 s' is no number; expected 1 to 3600 seconds"),
        Case(
            "config/fragmentation_mtu = ‹575›",
            "'575' is out of range; expected 576 to 9216 octets"),
        Case(
            "config/fragmentation_mtu = ‹9217›",
            "'9217' is out of range; expected 576 to 9216 octets"),
        Case("config/ike_port = ‹0›", "'0' is out of range; expected a port of 1 to 65535"),
        Case(
            "config/natt_port = ‹65536›",
            "'65536' is out of range; expected a port of 1 to 65535"),
        Case(
            "config/natt_port = ‹500›",
            "config/ike_port and config/natt_port are both 500; expected two ports"),
        Case(
            "config/kernel = ‹xfrn›",
            "unknown 'xfrn'; expected xfrm or dry-run (did you mean 'xfrm'?)"),
        Case("pkcs11_token/uri = ‹token=a›", "value is no PKCS#11 URI; expected one, pkcs11:…"),
        Case("pkcs11_token/pin =‹›", "'pkcs11_token/pin' has no value; expected one"),
        Case("config/user = a‹\u{00}›b", "control character; expected text"),
        Case("# comment ‹\u{1B}›", "control character; expected text"),
        Case(
            "config/debug_level = op+‹phase›",
            "unknown category; expected categories (cert, "
                + "key, op, phase1, phase2, pfkey, policy, prop, door, config, label, verbose, all) "
                + "or numbers of 0 to 4095, joined by + or - (did you mean 'phase1'?)"),
        Case(
            "config/debug_level = op-‹4096›",
            "unknown category; expected categories (cert, "
                + "key, op, phase1, phase2, pfkey, policy, prop, door, config, label, verbose, all) "
                + "or numbers of 0 to 4095, joined by + or -"),
        Case(
            "config/debug_level = op+‹›",
            "missing category; expected categories (cert, "
                + "key, op, phase1, phase2, pfkey, policy, prop, door, config, label, verbose, all) "
                + "or numbers of 0 to 4095, joined by + or -"),
    ])
    func mistakes(line: Case) throws {
        let marked = try Marked("# file\n\n" + line.text + "\n", name: "conf")
        var diagnostics = Diagnostics()
        #expect(Properties.parse(marked.source, into: &diagnostics) == nil)
        let error = try diagnostics.only(.error)
        #expect(error.message == line.message)
        #expect(marked.isAt(error), "\(error.render())")
        #expect(error.source == "conf")
    }

    @Test(arguments: [
        Case(
            "‹config/usr›=x",
            "unknown property 'config/usr'; expected one of ikev2d.conf(5) "
                + "(did you mean 'config/user'?)"),
        Case("config/ike_port=‹x›", "'x' is no number; expected a port of 1 to 65535"),
        Case(
            "config/ike_port=‹4500›",
            "config/ike_port and config/natt_port are both 4500; expected two ports"),
        Case(
            "‹pkcs11_token/pin›=1234",
            "everybody can see command lines; expected the PIN in the properties file"),
        Case("‹› ", "empty property; expected property=value"),
    ])
    func mistakesOfTheCommandLine(override: Case) throws {
        let marked = try Marked(override.text, name: "-o")
        var diagnostics = Diagnostics()
        let text = String(decoding: marked.source.octets, as: UTF8.self)
        #expect(Properties.parse(nil, overrides: [text], into: &diagnostics) == nil)
        let error = try diagnostics.only(.error)
        #expect(error.message == override.message)
        #expect(marked.isAt(error), "\(error.render())")
        #expect(error.source == "-o")
        #expect(error.line == 1)
    }

    @Test(arguments: [
        "pkcs11_token/pn = 1234", "pkcs11_token/pin 1234", "pkcs11_token/pin = 12\u{01} 1234",
        "pkcs11_token/uri = token?pin-value=1234", "pkcs11_token/pin=a\npkcs11_token/pin=1234",
    ])
    func noDiagnosticShowsAPIN(text: String) {
        var diagnostics = Diagnostics()
        let source = Source(name: "conf", octets: Array(text.utf8))
        #expect(Properties.parse(source, into: &diagnostics) == nil)
        #expect(Properties.parse(nil, overrides: [text], into: &diagnostics) == nil)
        #expect(diagnostics.hasErrors)
        for diagnostic in diagnostics { #expect(!diagnostic.render().contains("1234")) }
    }

    @Test func aByteOrderMarkAndAnEndlessFileAreRefused() throws {
        var diagnostics = Diagnostics()
        let marked = Source(name: "conf", octets: [0xEF, 0xBB, 0xBF, 0x0A])
        #expect(Properties.parse(marked, into: &diagnostics) == nil)
        #expect(
            try diagnostics.only(.error).message == "byte order mark; expected UTF-8 without one")
        diagnostics = Diagnostics()
        let endless = Source(name: "conf", octets: Array(repeating: 0x0A, count: 1 << 20 + 1))
        #expect(Properties.parse(endless, into: &diagnostics) == nil)
    }
}

@Suite struct DebugCategoriesTests {
    @Test(
        arguments: [
            ("op", .op), ("operator", .op), ("phase1+policy", [.phase1, .policy]),
            ("all-op", DebugCategories.all.subtracting(.op)), ("0", []), ("6", [.key, .op]),
            ("0x7ff", DebugCategories.all.subtracting(.verbose)), ("all-0xfff+door", .door),
            ("op-op", []), ("verbose+1", [.verbose, .cert]),
        ] as [(String, DebugCategories)])
    func namesAndNumbersJoin(text: String, categories: DebugCategories) throws {
        #expect(DebugCategories(parsing: text) == categories)
        #expect(DebugCategories(parsing: categories.description) == categories)
    }

    @Test(arguments: ["", "+", "op+", "-op", "op++key", "OP", "op key", "4096", "-1", "0x"])
    func anythingElseIsRefused(text: String) {
        #expect(DebugCategories(parsing: text) == nil)
    }

    @Test func theNamesArePrinted() {
        #expect(DebugCategories.all.description == "all")
        #expect(DebugCategories([.op, .cert]).description == "cert+op")
        #expect(DebugCategories([]).description == "0")
    }
}
