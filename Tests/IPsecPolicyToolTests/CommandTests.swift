import Testing

@testable import IPsecPolicyTool

@Suite struct CommandTests {
    private func verb(_ line: String) throws -> Command.Verb {
        try Command(line.split(separator: " ").map(String.init)).verb
    }

    @Test func everyFormOfSolaris() throws {
        #expect(try verb("") == .listEntries)
        #expect(try verb("-a f") == .add("f"))
        #expect(try verb("-a f -q") == .add("f"))
        #expect(try verb("-c f") == .check("f"))
        #expect(try verb("-d 3") == .delete(3))
        #expect(try verb("-f") == .flush(all: false))
        #expect(try verb("-F") == .flush(all: true))
        #expect(try verb("-Fa f") == .replace("f"))
        #expect(try verb("-F -a f") == .replace("f"))
        #expect(try verb("-r f -q") == .replace("f"))
        #expect(try verb("-l") == .listPolicies(all: false))
        #expect(try verb("-ln") == .listPolicies(all: false))
        #expect(try verb("-L -n") == .listPolicies(all: true))
    }

    @Test func tunnelsAreNamed() throws {
        for line in ["-d ip.tun0,3", "-d 3 -i ip.tun0", "-d -i ip.tun0 3"] {
            let command = try Command(line.split(separator: " ").map(String.init))
            #expect(command.verb == .delete(3), "\(line)")
            #expect(command.interface == "ip.tun0")
        }
        #expect(try Command(["-f", "-i", "t"]).interface == "t")
        #expect(try Command(["-l", "-it", "-n"]).interface == "t")
        #expect(try Command(["-l"]).interface == nil)
        #expect(try Command(["-s", "/x"]).stateFile == "/x")
        #expect(try Command([]).stateFile == "/run/ikev2d/policy")
    }

    @Test(arguments: [
        "x", "-x", "-a", "-a f -c g", "-F -l", "-d x", "-d t,3 -i u", "-a f -i t", "-F -i t",
        "-n", "-f -n", "-a f -a g", "-l y", "-q -q", "-d -1",
    ])
    func whatIsNotUnderstoodIsRefused(line: String) throws {
        let error = try #require(throws: ToolFailure.self) { try verb(line) }
        #expect(error.code == .usage)
        #expect(error.message.contains("usage: ipsecconf"))
    }
}
