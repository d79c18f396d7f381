import Foundation
import Policy
import Testing

@testable import PolicyTool

/// kmfcfg, as its command lines.
@Suite final class KmfcfgTests {
    private let directory: String
    private var file: String { "\(directory)/kmf-policy.xml" }

    init() throws {
        directory = "/tmp/kmfcfg-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    @discardableResult
    private func run(_ verb: String, _ options: String...) throws -> String {
        try Command([verb, "dbfile=\(file)"] + options).run()
    }

    private func refusal(_ arguments: [String]) throws -> ToolFailure {
        var found: ToolFailure?
        do { _ = try Command(arguments).run() } catch { found = error }
        return try #require(found)
    }

    private func text() throws -> String { try String(contentsOfFile: file, encoding: .utf8) }

    private func entry(_ name: String = "default") throws -> PolicyEntry? {
        var diagnostics = Diagnostics()
        return PolicyDatabase.parse(
            Source(name: file, octets: Array(try text().utf8)), into: &diagnostics)?[name]
    }

    @Test func createsAndModifies() throws {
        try run("create", "policy=default", "ta-name=search", "ocsp-use-cert-responder=true")
        try run("modify", "policy=default", "ignore-unknown-eku=TRUE", "crl-get-crl-uri=true")
        #expect(
            try text() == """
                <?xml version="1.0" encoding="UTF-8"?>
                <kmf-policy-db>
                  <kmf-policy name="default" ignore-unknown-eku="TRUE" ta-name="search">
                    <validation-methods>
                      <ocsp>
                        <ocsp-basic uri-from-cert="TRUE"/>
                      </ocsp>
                      <crl get-crl-uri="TRUE"/>
                    </validation-methods>
                  </kmf-policy>
                </kmf-policy-db>

                """)
    }

    @Test func takesAttributesAway() throws {
        try run(
            "create", "policy=default", "ocsp-responder=http://a/", "ocsp-proxy=b",
            "crl-directory=/c", "keyusage=digitalSignature", "ekunames=serverAuth",
            "ekuoids=1.2.3", "http-proxy=d", "max-cert-path-length=4")
        try run(
            "modify", "policy=default", "ocsp-none=true", "crl-none=true", "keyusage-none=true",
            "eku-none=true", "http-proxy-none=true", "max-cert-path-length=")
        #expect(try entry() == PolicyEntry.default)
    }

    @Test func falseTakesNothingAway() throws {
        try run("create", "policy=default", "http-proxy=d")
        try run("modify", "policy=default", "http-proxy-none=false", "ignore-date=true")
        #expect(try entry()?[.httpProxy] == "d")
    }

    @Test func listsInTheFormOfSolaris() throws {
        try run("create", "policy=default", "ignore-date=true")
        try run(
            "create", "policy=other", "ta-name=CN=ca", "ta-serial=0x01",
            "keyusage=digitalSignature,cRLSign", "ekunames=serverAuth", "ekuoids=1.2.3",
            "ocsp-responder=http://a/", "ocsp-responder-cert-name=CN=b",
            "ocsp-responder-cert-serial=2", "crl-basefilename=search")
        let all = try run("list")
        #expect(all.hasPrefix("Name: default\nIgnore Date: true\nIgnore Unknown EKUs: false\n"))
        #expect(all.contains("\nTrust Anchor Certificate: <null>\nKey Usage Bits: 0\n"))
        #expect(all.contains("\n\nName: other\nIgnore Date: false\n"))
        #expect(all.contains("Trust Anchor Certificate:\n\tName: CN=ca\n\tSerial Number: 0x01\n"))
        #expect(all.contains("Key Usage Bits: digitalSignature cRLSign\n"))
        #expect(all.contains("\t1.3.6.1.5.5.7.3.1\t(serverAuth)\n\t1.2.3\t(unknown)\n"))
        #expect(all.contains("    OCSP:\n\tResponder URI: http://a/\n\tProxy: <null>\n"))
        #expect(all.contains("\tResponder Certificate:\n\t\tName: CN=b\n\t\tSerial: 2\n"))
        #expect(all.contains("    CRL:\n\tBase filename: search\n"))
        #expect(all.hasSuffix("\n\n"))
        #expect(try !run("list", "policy=default").contains("other"))
    }

    @Test func copiesPoliciesBetweenFiles() throws {
        let other = "\(directory)/other.xml"
        try run("create", "policy=a", "ignore-date=true")
        try run("create", "policy=b")
        try run("export", "policy=a", "outfile=\(other)")
        try run("delete", "policy=a")
        #expect(try entry("a") == nil)
        try run("import", "policy=a", "infile=\(other)")
        #expect(try entry("a")?[.ignoreDate] == "true")
        #expect(
            try refusal(["import", "dbfile=\(file)", "policy=a", "infile=\(other)"]).code
                == .exists)
        #expect(
            try refusal(["export", "dbfile=\(file)", "policy=c", "outfile=\(other)"]).code
                == .missing)
    }

    @Test func keepsModeAndOwner() throws {
        try run("create", "policy=default")
        #expect(try attributes().mode == 0o644)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o640, .ownerAccountID: 4711, .groupOwnerAccountID: 4712],
            ofItemAtPath: file)
        try run("modify", "policy=default", "ignore-date=true")
        let (mode, owner, group) = try attributes()
        #expect((mode, owner, group) == (0o640, 4711, 4712))
        // Nothing but the file is left.
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).count == 1)
    }

    private func attributes() throws -> (mode: Int, owner: Int, group: Int) {
        let all = try FileManager.default.attributesOfItem(atPath: file)
        return (
            try #require(all[.posixPermissions] as? Int),
            try #require(all[.ownerAccountID] as? Int),
            try #require(all[.groupOwnerAccountID] as? Int)
        )
    }

    @Test func replacesTheFileBehindALink() throws {
        try run("create", "policy=default")
        let link = "\(directory)/link.xml"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        _ = try Command(["modify", "dbfile=\(link)", "policy=default", "ignore-date=true"]).run()
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == file)
        #expect(try entry()?[.ignoreDate] == "true")
    }

    @Test func whatFailsLeavesTheFileAlone() throws {
        try run("create", "policy=default", "max-cert-path-length=3")
        let before = try text()
        for (options, code, words) in [
            (
                ["ignore-date=maybe"], ToolFailure.Code.usage,
                "'maybe' is no value for ignore-date; expected true or false"
            ),
            (["ignore-dat=true"], .usage, "(did you mean 'ignore-date'?)"),
            (["ta-serial=1"], .inconsistent, "expected ta-name beside it"),
            (["ignore-date"], .usage, "expected name=value"),
            (["ignore-date=true", "ignore-date=true"], .usage, "'ignore-date' stands twice"),
            (["eku-none=true", "ekuoids=1.2"], .usage, "both set and taken away"),
            (["eku-none=1"], .usage, "expected true or false"),
            (["infile=/x"], .usage, "modify takes no 'infile'"),
            ([], .usage, "nothing to modify"),
        ] {
            let failure = try refusal(["modify", "dbfile=\(file)", "policy=default"] + options)
            #expect(failure.code == code)
            #expect(failure.message.contains(words), "\(failure.message)")
        }
        #expect(try text() == before)
    }

    @Test func saysWhatIsMissing() throws {
        #expect(try refusal([]).code == .usage)
        #expect(try refusal(["lst"]).message.contains("unknown subcommand 'lst'"))
        #expect(try refusal(["create"]).message.contains("no policy=name for create"))
        #expect(try refusal(["import", "policy=a"]).message.contains("no infile=file"))
        #expect(try refusal(["export", "policy=a"]).message.contains("no outfile=file"))
        #expect(try refusal(["list", "dbfile=\(file)"]).code == .access)
        try run("create", "policy=default")
        #expect(try refusal(["delete", "dbfile=\(file)", "policy=x"]).code == .missing)
        #expect(try refusal(["create", "dbfile=\(file)", "policy=default"]).code == .exists)
        #expect(
            try refusal(["create", "dbfile=\(directory)/no/where", "policy=a"]).code == .access)
    }

    @Test func aDamagedFileIsShownInItsPlace() throws {
        try "<kmf-policy-db><policy/></kmf-policy-db>".write(
            toFile: file, atomically: false, encoding: .utf8)
        let failure = try refusal(["modify", "dbfile=\(file)", "policy=a", "ignore-date=true"])
        #expect(failure.code == .database)
        #expect(failure.message.hasPrefix("\(file):1:17: error: element 'policy' in"))
    }

    @Test func helpNamesEveryAttribute() throws {
        let help = try Command(["help"]).run()
        for attribute in PolicyAttribute.allCases {
            #expect(help.contains("\n    \(attribute.name)="))
        }
        #expect(try Command(["-?"]).run() == help)
    }
}
