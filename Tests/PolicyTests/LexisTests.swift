import Policy
import Testing

@Suite struct LexisTests {
    private static let globals = """
        ikesa_xform { encr_alg aes auth_alg sha256 dh_group 14 }
        auth_method preshared

        """

    private func expectError(_ text: String, _ message: String) throws {
        let marked = try Marked(text)
        var diagnostics = Diagnostics()
        #expect(Configuration.parse(marked.source, into: &diagnostics) == nil)
        let error = try diagnostics.only(.error)
        #expect(error.message == message)
        #expect(marked.isAt(error), "\(error.render())")
    }

    @Test(arguments: [
        Case("{ label ‹\"abc›\n }", "string has no end; expected '\"' on the same line"),
        Case("{ label ‹\"abc\\\"›\r\n }", "string has no end; expected '\"' on the same line"),
        Case("{ label ‹\"abc }›", "string has no end; expected '\"' on the same line"),
        Case("{ label \"a‹\u{07}›b\" }", "control character 0x07; expected text"),
        Case("{ label \"ab\" ‹\u{00}\u{00}› }", "control character 0x00; expected text"),
        Case("{ label \"ab\" # here ‹\u{1B}›[31m\n }", "control character 0x1b; expected text"),
        Case("{ label \"ab\" // here ‹\u{7F}›\n }", "control character 0x7f; expected text"),
        Case("{ label \"ab\" ‹\r› }", "control character 0x0d; expected text"),
        Case("{ label \"ab\" mobike no‹\u{0C}›\n }", "control character 0x0c; expected text"),
        Case(
            "{ label \"ä€😀\" ‹/›* no */ }",
            "unexpected '/'; expected a keyword of a rule or '}'"),
        Case(
            "\t { label \"ä€😀\"\t‹;› }",
            "unknown keyword ';'; expected a keyword of a rule or '}'"),
    ])
    func octetsThatAreNoToken(text: Case) throws {
        let rule = text.text.replacing("{ label", with: "{ local_addr ::1 remote_addr ::2 label")
        try expectError(
            Self.globals + rule + (text.text.hasSuffix("}›") ? "\n}" : ""), text.message)
    }

    @Test func stringsAreUTF8() throws {
        let text = Self.globals + "{ local_addr ::1 remote_addr ::2 label \"ab\" }"
        var octets = Array(text.utf8)
        let quote = try #require(octets.lastIndex(of: UInt8(ascii: "\"")))
        octets[quote - 1] = 0xFF
        var diagnostics = Diagnostics()
        #expect(
            Configuration.parse(Source(name: "f", octets: octets), into: &diagnostics) == nil)
        let error = try diagnostics.only(.error)
        #expect(error.message == "string is not UTF-8; expected UTF-8")
        #expect((error.line, error.column) == (3, 40))
    }

    @Test func aByteOrderMarkIsRefused() throws {
        let diagnostics = Diagnostics(
            parsingConfiguration: "\u{FEFF}" + Self.globals
                + "{ label \"a\" local_addr ::1 remote_addr ::2 }")
        let error = try diagnostics.only(.error)
        #expect(error.message == "byte order mark; expected UTF-8 without one")
        #expect((error.line, error.column) == (1, 1))
    }

    @Test(arguments: [[0xFF, 0xFE, 0x7B, 0x00], [0xFE, 0xFF, 0x00, 0x7B]] as [[UInt8]])
    func sixteenBitTextIsRefused(octets: [UInt8]) throws {
        var diagnostics = Diagnostics()
        #expect(Configuration.parse(Source(name: "f", octets: octets), into: &diagnostics) == nil)
        #expect(try diagnostics.only(.error).message == "file is UTF-16; expected UTF-8")
    }

    @Test func linesMayEndAsOnWindows() throws {
        let text = Self.globals + "{ label \"a\" # one\nlocal_addr ::1 // two\nremote_addr ::2\n}\n"
        var diagnostics = Diagnostics()
        let source = Source(name: "f", octets: Array(text.replacing("\n", with: "\r\n").utf8))
        let configuration = try #require(Configuration.parse(source, into: &diagnostics))
        #expect(diagnostics.isEmpty)
        #expect(configuration.rules[0].line == 3)
    }

    @Test func quotedTextMayLookLikeAComment() throws {
        var diagnostics = Diagnostics()
        let text = Self.globals + "{ label \"#a//b\" local_addr ::1 remote_addr ::2 }"
        let configuration = try #require(
            Configuration.parse(Source(name: "f", octets: Array(text.utf8)), into: &diagnostics))
        #expect(configuration.rules[0].label == "#a//b")
    }

    @Test func aFileHasASizeThatIsRead() throws {
        let comment = "#" + String(repeating: "x", count: 4 << 20)
        var octets = Array(comment.utf8)
        var diagnostics = Diagnostics()
        #expect(Configuration.parse(Source(name: "f", octets: octets), into: &diagnostics) == nil)
        #expect(
            try diagnostics.only(.error).message
                == "file has 4194305 octets; expected at most 4194304")
        octets.removeLast()
        diagnostics = Diagnostics()
        #expect(Configuration.parse(Source(name: "f", octets: octets), into: &diagnostics) != nil)
    }
}
