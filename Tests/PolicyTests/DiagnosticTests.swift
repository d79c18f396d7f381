import Policy
import Testing

@Suite struct DiagnosticTests {
    @Test func renderingShowsTheLineAndAMarkUnderTheToken() {
        let diagnostics = Diagnostics(
            parsingConfiguration: "auth_method preshared\n\tikesa_xfrom { }  # ä\n")
        #expect(
            diagnostics.map { $0.render() } == [
                """
                file:2:2: error: unknown keyword 'ikesa_xfrom'; expected a rule in braces or a \
                global keyword (did you mean 'ikesa_xform'?)
                \tikesa_xfrom { }  # ä
                \t^~~~~~~~~~~
                """
            ])
    }

    @Test func aFileAsAWholeHasNoLineToShow() {
        var diagnostics = Diagnostics()
        diagnostics.add(Diagnostic(.warning, "others may read it", file: "keys"))
        #expect(!diagnostics.hasErrors)
        #expect(diagnostics.map { $0.render() } == ["keys:1:1: warning: others may read it"])
    }

    @Test func charactersCountNotOctets() {
        let diagnostics = Diagnostics(parsingConfiguration: "auth_method preshared \"äöü€\"")
        #expect(diagnostics.map { [$0.line, $0.column, $0.length] } == [[1, 23, 6]])
        #expect(
            diagnostics.first?.render().hasSuffix(
                "\n" + String(repeating: " ", count: 22) + "^~~~~~") == true)
    }

    @Test func everyErrorIsToldInTheOrderOfTheFile() {
        let diagnostics = Diagnostics(
            parsingConfiguration: """
                ikesa_xform { encr_alg des auth_alg md5 dh_group 1 }
                {
                    lable "a"
                    local_addr 10.0.0.300
                    mobike maybe
                }
                { label "b" local_addr ::1 remote_addr ::2 p2_pfs 2 ipsec_reqid x }
                """)
        #expect(
            diagnostics.map { [$0.line, $0.column] } == [
                [1, 24], [1, 37], [1, 50], [2, 1], [2, 1], [3, 5], [4, 16], [5, 12],
                [7, 1],
                [7, 44], [7, 65],
            ], "\(diagnostics.map { $0.render() })")
        #expect(diagnostics.hasErrors)
    }

    @Test func aHundredErrorsAreEnough() {
        let diagnostics = Diagnostics(
            parsingConfiguration: String(repeating: "mobike maybe bogus\n", count: 500))
        #expect(diagnostics.count == 101)
        #expect(
            diagnostics.last?.render().hasPrefix("file:") == true
                && diagnostics.last?.message == "more than 100 errors; the rest is not shown")
        #expect(diagnostics.hasErrors)
    }

    @Test func aHundredWarningsAreEnoughAndHideNoError() throws {
        let weak = "childsa_xform { encr_alg aes auth_alg sha1 }"
        let rules = (0..<200).map {
            "{ label \"\($0)\" local_addr ::1 remote_addr ::2 \(weak) }\n"
        }
        let diagnostics = Diagnostics(
            parsingConfiguration: "auth_method preshared\n" + rules.joined()
                + "ikesa_xform { encr_alg aes auth_alg sha256 dh_group 14 } if_id 1")
        #expect(diagnostics.filter { $0.severity == .warning }.count == 101)
        #expect(try diagnostics.only(.error).line == 202)
    }

    @Test func longLinesAreShownAroundTheToken() throws {
        let text =
            String(repeating: "mobike no ", count: 1) + "# " + String(repeating: "x", count: 9)
        let long = String(repeating: " ", count: 1_000_000) + "bogus " + text
        let diagnostics = Diagnostics(parsingConfiguration: long)
        let lines = try diagnostics.only(.error).render().split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("file:1:1000001: "))
        #expect(lines[1].count < 300)
        let mark = try #require(lines[2].firstIndex(of: "^"))
        let column = lines[2].distance(from: lines[2].startIndex, to: mark)
        #expect(lines[1].dropFirst(column).hasPrefix("bogus"))
    }

    @Test func controlCharactersDoNotReachTheTerminal() {
        let diagnostics = Diagnostics(
            parsingConfiguration: "bo\u{9B}gus\u{202E} \"\u{1B}[31m\" # \u{07}\u{2028}\n")
        #expect(!diagnostics.isEmpty)
        for diagnostic in diagnostics {
            let isSafe = diagnostic.render().unicodeScalars.allSatisfy {
                $0 == "\n"
                    || $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)
                        && $0.value != 0x202E && $0.value != 0x2028
            }
            #expect(isSafe)
        }
    }
}
