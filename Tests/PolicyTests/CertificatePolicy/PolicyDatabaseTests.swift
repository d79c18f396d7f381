import Crypto
import Testing

@testable import Policy

/// kmf-policy.xml(5): what is read, what is refused, and what is written.
@Suite struct PolicyDatabaseTests {
    private func read(_ text: String) throws -> PolicyDatabase {
        var diagnostics = Diagnostics()
        let database = PolicyDatabase.parse(
            Source(name: "file", octets: Array(text.utf8)), into: &diagnostics)
        return try #require(database, "\(diagnostics.map { $0.render() })")
    }

    private func entry(
        _ attributes: String = "", _ inner: String = ""
    ) throws -> PolicyEntry {
        let database = try read(
            "<kmf-policy-db><kmf-policy name=\"default\" \(attributes)>\(inner)</kmf-policy>"
                + "</kmf-policy-db>")
        return try #require(database["default"])
    }

    /// The sample that Solaris installs (illumos-gate, usr/src/cmd/cmd-crypto/kmfcfg/kmfpolicy.xml).
    @Test func readsWhatSolarisInstalls() throws {
        let database = try read(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE kmf-policy-db SYSTEM "/usr/share/lib/xml/dtd/kmfpolicy.dtd">
            <kmf-policy-db>
            <kmf-policy name="default" ta-name="SEARCH">
            \t<validation-methods>
            \t\t<ocsp>
            \t\t\t<ocsp-basic uri-from-cert="TRUE"
            \t                            ignore-response-sign="TRUE"/>
            \t\t</ocsp>
            \t</validation-methods>
            </kmf-policy>
            </kmf-policy-db>
            """)
        let entry = try #require(database[PolicyEntry.defaultName])
        let policy = CertificatePolicy(entry)
        #expect(policy.chain.anchors == .all)
        #expect(policy.fetching.asksResponderOfCertificate)
        #expect(policy.responses.ignoresSignature)
        #expect(policy.fetching.responder == nil)
        #expect(policy.chain.revocationLists == .ifAvailable)
    }

    @Test func withoutAttributesEverythingIsAsItWas() throws {
        let policy = CertificatePolicy(try entry())
        #expect(policy.chain == ChainPolicy())
        #expect(policy.fetching == FetchPolicy())
        #expect(policy.lists == RevocationListFiles())
        #expect(policy.responses.responder == nil)
        #expect(policy.responses.responseLifetime == nil)
        #expect(!policy.responses.ignoresSignature)
    }

    @Test func everyAttributeMeansSomething() throws {
        let policy = CertificatePolicy(
            try entry(
                """
                ignore-date="TRUE" ignore-unknown-eku="true" ignore-trust-anchor="TRUE"
                validity-adjusttime="2-hour" ta-name="CN=root, O=Example" ta-serial="0x00ab"
                trust-intermediate-cas="FALSE" max-cert-path-length="3" http-proxy="proxy:3128"
                cert-revoke-responder-timeout="7" ignore-cert-revoke-responder-timeout="TRUE"
                """,
                """
                <validation-methods>
                <ocsp><ocsp-basic responder="http://ocsp.example/x" proxy="[2001:db8::1]:81"
                  uri-from-cert="TRUE" response-lifetime="1-day" ignore-response-sign="TRUE"/>
                <responder-cert name="CN=ca" serial="1"/></ocsp>
                <crl basefilename="ca.crl" directory="/crls" get-crl-uri="TRUE"
                  ignore-crl-sign="TRUE" ignore-crl-date="TRUE"/>
                </validation-methods>
                <key-usage-set><key-usage use="digitalSignature"/><key-usage use="keyAgreement"/>
                </key-usage-set>
                <ext-key-usage><eku-name name="ipsecIKE"/><eku-name name="serverAuth"/>
                <eku-oid oid="1.2.3"/></ext-key-usage>
                """))
        var chain = ChainPolicy()
        chain.ignoresDate = true
        chain.ignoresUnknownExtendedKeyUsage = true
        chain.ignoresTrustAnchor = true
        chain.validityAdjustment = 7200
        chain.anchors = .named(
            try DistinguishedName(parsing: "CN=root, O=Example"), serialNumber: [0xAB])
        chain.trustsIntermediateAuthorities = false
        chain.longestPath = 3
        chain.keyUsage = [.digitalSignature, .keyAgreement]
        chain.extendedKeyUsage = [
            .ipsecIKE, ExtendedKeyUsage.Purpose(identifier: "1.3.6.1.5.5.7.3.1"),
            ExtendedKeyUsage.Purpose(identifier: "1.2.3"),
        ]
        chain.ignoresRevocationListSignature = true
        chain.ignoresRevocationListDate = true
        #expect(policy.chain == chain)
        var fetching = FetchPolicy()
        fetching.responder = "http://ocsp.example/x"
        fetching.proxy = FetchPolicy.Proxy(host: "proxy", port: 3128)
        fetching.responderProxy = FetchPolicy.Proxy(host: "2001:db8::1", port: 81)
        fetching.listProxy = FetchPolicy.Proxy(host: "proxy", port: 3128)
        fetching.asksResponderOfCertificate = true
        fetching.fetchesRevocationLists = true
        fetching.patience = 7
        fetching.isSoft = true
        #expect(policy.fetching == fetching)
        #expect(policy.responses.responseLifetime == 86400)
        #expect(policy.responses.ignoresSignature)
        #expect(
            policy.responses.responderReference
                == OCSPPolicy.ResponderReference(
                    issuer: try DistinguishedName(parsing: "CN=ca"), serialNumber: [1]))
        #expect(policy.lists == RevocationListFiles(directory: "/crls", name: "ca.crl"))
    }

    @Test func whoNamesListsWantsThemUnlessSoft() throws {
        let lists = "<validation-methods><crl/></validation-methods>"
        #expect(CertificatePolicy(try entry("", lists)).chain.revocationLists == .required)
        let soft = try entry("ignore-cert-revoke-responder-timeout=\"TRUE\"", lists)
        #expect(CertificatePolicy(soft).chain.revocationLists == .ifAvailable)
    }

    // MARK: Refusals

    /// A document with a policy in it, which ‹ and › mark.
    private static func policy(_ attributes: String, _ inner: String = "") -> String {
        "<kmf-policy-db>\n <kmf-policy name=\"ä\" \(attributes)>\n\(inner)</kmf-policy>\n"
            + "</kmf-policy-db>"
    }

    private static func methods(_ inner: String) -> String {
        policy("", "<validation-methods>\(inner)</validation-methods>")
    }

    @Test(arguments: [
        Case("‹<›b", "unclosed token; expected XML"),
        Case("<‹policies›/>", "element 'policies'; expected 'kmf-policy-db'"),
        Case(
            "<kmf-policy-db><‹kmf-polcy› name=\"a\"/></kmf-policy-db>",
            "element 'kmf-polcy' in 'kmf-policy-db'; expected kmf-policy "
                + "(did you mean 'kmf-policy'?)"),
        Case(
            "<kmf-policy-db><‹kmf-policy›/></kmf-policy-db>",
            "policy without a name; expected name=\"…\""),
        Case(
            "<kmf-policy-db><kmf-policy name=\"a\"/><kmf-policy name=\"‹a›\"/></kmf-policy-db>",
            "duplicate policy 'a'; expected it once"),
        Case(
            policy("ignore-date=\"‹yes›\""),
            "'yes' is no value for ignore-date; expected true or false"),
        Case(
            policy("max-cert-path-length=\"‹101›\""),
            "'101' is no value for max-cert-path-length; expected 0 to 100"),
        Case(
            policy("cert-revoke-responder-timeout=\"‹0›\""),
            "'0' is no value for cert-revoke-responder-timeout; expected 1 to 3600 seconds"),
        Case(
            policy("ta-name=\"‹nobody›\""),
            "'nobody' is no value for ta-name; expected a distinguished name or 'search'"),
        Case(
            policy("ta-serial=\"‹1›\""),
            "ta-serial without a name; expected ta-name beside it"),
        Case(
            policy("ta-serial=\"‹1›\" ta-name=\"search\""),
            "ta-serial without a name; expected ta-name beside it"),
        Case(
            policy("‹constructor›=\"1\""),
            "unknown attribute 'constructor' of 'kmf-policy'; expected name, ignore-date, "
                + "ignore-unknown-eku, ignore-trust-anchor, validity-adjusttime, ta-name, "
                + "ta-serial, trust-intermediate-cas, max-cert-path-length, http-proxy, "
                + "cert-revoke-responder-timeout or ignore-cert-revoke-responder-timeout"),
        Case(
            policy("", "<validation-methods/><‹validation-methods›/>"),
            "duplicate 'validation-methods' in 'kmf-policy'; expected it once"),
        Case(
            methods("<ocsp><ocsp-basic responder=\"‹ldap://x›\"/></ocsp>"),
            "'ldap://x' is no value for ocsp-responder; expected a URL, http://host[:port]/path"),
        Case(
            methods("<ocsp><ocsp-basic ‹respnder›=\"http://x\"/></ocsp>"),
            "unknown attribute 'respnder' of 'ocsp-basic'; expected responder, proxy, "
                + "uri-from-cert, response-lifetime or ignore-response-sign "
                + "(did you mean 'responder'?)"),
        Case(
            methods("<ocsp><ocsp-basic proxy=\"‹host›\"/></ocsp>"),
            "ocsp-proxy without a responder; expected ocsp-responder or "
                + "ocsp-use-cert-responder=true"),
        Case(
            methods("<ocsp><responder-cert name=\"‹CN=a›\"/></ocsp>"),
            "ocsp-responder-cert-name alone; expected ocsp-responder-cert-serial beside it"),
        Case(
            methods("<crl proxy=\"‹a:0›\"/>"),
            "'a:0' is no value for crl-proxy; expected host[:port]"),
        Case(
            methods("<crl directory=\"‹crls›\"/>"),
            "'crls' is no value for crl-directory; expected an absolute path"),
        Case(
            policy("", "<key-usage-set><key-usage use=\"‹sign›\"/></key-usage-set>"),
            "'sign' is no value for keyusage; expected names of digitalSignature, "
                + "nonRepudiation, keyEncipherment, dataEncipherment, keyAgreement, keyCertSign, "
                + "cRLSign, encipherOnly, decipherOnly, joined by commas"),
        Case(
            policy(
                "",
                "<ext-key-usage><eku-oid oid=\"1.2\"/><eku-oid oid=\"‹1.x›\"/></ext-key-usage>"),
            "'1.x' is no value for ekuoids; expected object identifiers in digits and dots, "
                + "joined by commas"),
    ])
    func mistakesAreShownInTheirPlace(_ mistake: Case) throws {
        let marked = try Marked(mistake.text)
        var diagnostics = Diagnostics()
        #expect(PolicyDatabase.parse(marked.source, into: &diagnostics) == nil)
        let error = try diagnostics.only(.error)
        #expect(error.message == mistake.message)
        #expect(marked.isAt(error), "\(error.render())")
    }

    @Test func allMistakesAreToldInOneRun() throws {
        var diagnostics = Diagnostics()
        let text = Self.policy("ignore-date=\"1\" ta-nme=\"x\"", "<a/><b/>")
        #expect(
            PolicyDatabase.parse(
                Source(name: "file", octets: Array(text.utf8)), into: &diagnostics) == nil)
        #expect(diagnostics.errorCount == 4)
    }

    @Test func whatIsOfSolarisAloneDrawsAWarning() throws {
        let text = Self.policy(
            "bypass-ipsec-policy=\"TRUE\"", "<cert-to-name-mapping mapper-name=\"cn\"/>")
        var diagnostics = Diagnostics()
        let database = PolicyDatabase.parse(
            Source(name: "file", octets: Array(text.utf8)), into: &diagnostics)
        #expect(try #require(database).entries == [try PolicyEntry(name: "ä")])
        #expect(
            diagnostics.map { $0.message } == [
                "'bypass-ipsec-policy' has no effect here",
                "'cert-to-name-mapping' has no effect here",
            ])
    }

    // MARK: Changes

    @Test func changesAreTold() throws {
        var old = PolicyEntry.default
        try old.set(.longestPath, to: "3")
        try old.set(.ignoreDate, to: "true")
        var new = PolicyEntry.default
        try new.set(.longestPath, to: "4")
        try new.set(.httpProxy, to: "proxy")
        #expect(
            new.changes(from: old) == [
                "ignore-date is unset, was true", "max-cert-path-length is 4, was 3",
                "http-proxy is proxy",
            ])
        #expect(new.changes(from: new).isEmpty)
    }
}
