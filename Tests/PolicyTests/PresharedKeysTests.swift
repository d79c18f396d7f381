import Crypto
import Policy
import Testing

@Suite struct PresharedKeysTests {
    private func parse(_ text: String) throws -> PresharedKeys {
        var diagnostics = Diagnostics()
        let keys = PresharedKeys.parse(
            Source(name: "keys", octets: Array(text.utf8)), into: &diagnostics)
        return try #require(keys, "\(diagnostics.map { $0.render() })")
    }

    @Test(
        arguments: [
            ("0x00ffA5", [0x00, 0xFF, 0xA5]), ("00ffa5", [0x00, 0xFF, 0xA5]), ("0XFF", [0xFF]),
            ("\"This is my key\"", Array("This is my key".utf8)),
            ("\"a\\\"b\\\\c\\d\"", Array("a\"b\\c\\d".utf8)),
            ("\"# // {}\"", Array("# // {}".utf8)),
            ("\"0xff\"", Array("0xff".utf8)), ("\"\\\\\"", Array("\\".utf8)),
        ] as [(String, [UInt8])])
    func aKeyIsHexadecimalOrText(text: String, octets: [UInt8]) throws {
        let keys = try parse("# keys\n{ label \"a\" key \(text) }")
        #expect(keys["a"]?.local?.revealed() == octets)
        #expect(keys["a"]?.remote?.revealed() == octets)
        #expect(keys["b"] == nil)
    }

    @Test func anEntryServesEveryLabelAndEitherDirection() throws {
        let keys = try parse(
            """
            { label "a" label "b" local_key 01 remote_key 02 }
            { remote_key 03 label "c" }
            { local_key 04
              label "d" }
            """)
        #expect(keys.labels == ["a", "b", "c", "d"])
        #expect(keys["b"]?.local?.revealed() == [1])
        #expect(keys["b"]?.remote?.revealed() == [2])
        #expect(keys["c"]?.local == nil)
        #expect(keys["c"]?.remote?.revealed() == [3])
        #expect(keys["d"]?.local?.revealed() == [4])
        #expect(keys["d"]?.remote == nil)
        #expect(keys["a"] == keys["b"])
        #expect(keys["a"] != keys["c"])
    }

    @Test func keysAreEqualByLabelAndOctets() throws {
        #expect(
            try parse("{ label \"a\" key 01 } { label \"b\" key \"x\" }")
                == parse("\n{ key 78 label \"b\" }\n{ key 0x01 label \"a\" }"))
        #expect(try parse("{ label \"a\" key 01 }") != parse("{ label \"a\" key 02 }"))
        #expect(try parse("{ label \"a\" key 01 }") != parse(""))
        #expect(try parse("") == PresharedKeys())
    }

    private static let keywords = "label, key, local_key, remote_key or '}'"
    private static let value = "hexadecimal digits or a quoted ASCII string"

    @Test(arguments: [
        Case("‹{› key 01 }", "entry without label; expected label \"…\" in it"),
        Case(
            "‹{› label \"a\" }",
            "entry without key; expected key, local_key or remote_key in it"),
        Case("{ label ‹\"\"› key 01 }", "label is empty; expected that of a rule"),
        Case("{ label ‹a› key 01 }", "unexpected word; expected a quoted label"),
        Case(
            "{ label \"a\" key ‹123› }",
            "key has an odd number of digits; expected two for each octet"),
        Case("{ label \"a\" key ‹0x› }", "key is empty; expected \(value)"),
        Case("{ label \"a\" key ‹\"\"› }", "key is empty; expected \(value)"),
        Case("{ label \"a\" key ‹secret› }", "key is not hexadecimal; expected \(value)"),
        Case("{ label \"a\" key ‹\"gehëim\"› }", "key is not ASCII; expected \(value)"),
        Case("{ label \"a\" key ‹}›", "unexpected '}'; expected \(value)"),
        Case(
            "{ label \"a\" key 01 ‹local_key› 02 }",
            "'local_key' beside 'key'; expected either key, or local_key and remote_key"),
        Case(
            "{ label \"a\" remote_key 01 ‹key› 02 }",
            "'key' beside 'remote_key'; expected either key, or local_key and remote_key"),
        Case(
            "{ label \"a\" key 01\n ‹key› 02 }",
            "duplicate 'key'; expected it once (first on line 1)"),
        Case(
            "{ label \"a\" key 01 }\n{ label \"b\" label ‹\"a\"› key 02 }",
            "label has a key on line 1; expected one key for a rule"),
        Case(
            "{ label \"a\" label ‹\"a\"› key 02 }",
            "label has a key on line 1; expected one key for a rule"),
        Case(
            "{ label \"a\" ‹kye› 01 key 02 }",
            "unknown keyword; expected \(keywords) (did you mean 'key'?)"),
        Case("{ label \"a\" key 01 ‹secret› words }", "unknown keyword; expected \(keywords)"),
        Case("{ label \"a\" key 01 ‹\"secret\"› }", "unexpected string; expected \(keywords)"),
        Case("‹label› \"a\"\n{ label \"a\" key 01 }", "unexpected word; expected '{'"),
        Case("‹{› label \"a\" key 01", "'{' is never closed; expected '}'"),
        Case(
            "{ label \"a\" key 01\n‹{› label \"b\" key 02 }",
            "unexpected '{'; expected '}' before it"),
        Case("{ label \"a\" key ‹\"01 }›\n}", "string has no end; expected '\"' on the same line"),
    ])
    func mistakes(entry: Case) throws {
        let marked = try Marked(entry.text, name: "keys")
        var diagnostics = Diagnostics()
        #expect(PresharedKeys.parse(marked.source, into: &diagnostics) == nil)
        let error = try diagnostics.only(.error)
        #expect(error.message == entry.message)
        #expect(marked.isAt(error), "\(error.render())")
    }

    @Test(arguments: [
        "{ label \"a\" key 0xdeadbeef7 }", "{ label \"a\" key \"deadbeef }", "key \"deadbeef\"",
        "{ label \"a\" key \"x\" deadbeef }", "{ label \"a\" key \"x\" \"deadbeef\" }",
        "{ label \"a\" kye deadbeef }", "{ label \"a\" key \"x\\\" deadbeef }",
        "{ label key \"deadbeef\" }", "{ label \"a\"\nkey \"x\" # deadbeef\nkey 00\u{07} }",
        "{ label \"a\" key /deadbeef }", "{ label \"a\" key =deadbeef( }", "deadbeef\n",
        "{ label \"a key \"deadbeef\" }", "{ label \"a\" key \"deadbe\u{07}ef deadbeef\" }",
        String(repeating: " ", count: 300) + "{ key \"deadbeef deadbeef\" bogus }",
        "{ label label deadbeef }",
    ])
    func noDiagnosticShowsAKey(text: String) {
        var diagnostics = Diagnostics()
        #expect(
            PresharedKeys.parse(
                Source(name: "keys", octets: Array(text.utf8)), into: &diagnostics) == nil)
        #expect(diagnostics.hasErrors)
        for diagnostic in diagnostics { #expect(!diagnostic.render().contains("deadbe")) }
    }

    @Test func labelsAndKeywordsStayVisible() throws {
        var diagnostics = Diagnostics()
        let text = "{ label \"my rule\" key \"secret word\" lable \"b\" }"
        _ = PresharedKeys.parse(Source(name: "keys", octets: Array(text.utf8)), into: &diagnostics)
        #expect(
            diagnostics.map { $0.render() }
                == [
                    """
                    keys:1:37: error: unknown keyword; expected label, key, local_key, remote_key or \
                    '}' (did you mean 'label'?)
                    { label "my rule" key "XXXXXX XXXX" lable "b" }
                                                        ^~~~~
                    """
                ])
    }
}
