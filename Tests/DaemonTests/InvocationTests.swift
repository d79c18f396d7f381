import Testing

@testable import Daemon

@Suite struct InvocationTests {
    @Test func noArgumentsServe() throws {
        #expect(try Invocation(arguments: []) == Invocation())
    }

    @Test func valuesFollowTheirLetterAtOnceOrAsTheNextWord() throws {
        let invocation = try Invocation(
            arguments: ["-d", "-f", "rules", "-Pproperties", "-oa=1", "-o", "b=2"])
        #expect(invocation.task == .serve)
        #expect(invocation.isDebugging)
        #expect(invocation.configFile == "rules")
        #expect(invocation.propertiesFile == "properties")
        #expect(invocation.overrides == ["a=1", "b=2"])
    }

    @Test func lettersMayStandTogether() throws {
        let invocation = try Invocation(arguments: ["-cfrules"])
        #expect(invocation.task == .check)
        #expect(invocation.configFile == "rules")
        #expect(try Invocation(arguments: ["-df", "-"]).configFile == "-")
    }

    @Test func versionStandsAlone() throws {
        #expect(try Invocation(arguments: ["-V"]).task == .version)
    }

    @Test(arguments: [
        (["-x"], "unknown option -x"),
        (["-c\u{1B}"], "unknown option -\\x1b"),
        (["rules"], "unexpected argument 'rules'"),
        (["-d", "--", "rules"], "unexpected argument 'rules'"),
        (["-"], "unexpected argument '-'"),
        (["-f"], "option -f needs a value"),
        (["-f", ""], "option -f needs a value"),
        (["-f", "a", "-f", "b"], "-f stands twice"),
        (["-P", "a", "-P", "b"], "-P stands twice"),
        (["-cd"], "-c and -d exclude each other"),
        (["-V", "-d"], "-V stands alone"),
    ])
    func refuses(_ arguments: [String], _ message: String) {
        #expect(throws: Invocation.Refusal(message: message)) {
            try Invocation(arguments: arguments)
        }
    }
}
