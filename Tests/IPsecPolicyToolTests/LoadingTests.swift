import Foundation
import IPsec
import Kernel
import Policy
import Testing

@testable import IPsecPolicy
@testable import IPsecPolicyTool

/// ipsecconf with the kernel of this machine, each test in a network namespace of its own.
@Suite final class LoadingTests {
    private static let file = """
        # two offices, and what is spared
        { laddr 10.1.0.0/24 raddr 10.2.0.0/24 tlocal 192.0.2.1 tremote 198.51.100.1 }
            ipsec { encr_algs aes-gcm(256) sa shared } or ipsec { encr_algs aes encr_auth_algs sha256 }
        { raddr 192.0.2.7 ulp tcp rport 23 } ipsec { auth_algs sha512 } or pass {}
        { raddr fe80::/10 ulp ipv6-icmp type 133-137 } pass {}
        { laddr 10.9.0.0/16 dir out } drop {}

        """

    private let directory: String
    private var state: String { "\(directory)/policy" }

    init() throws {
        directory = "/tmp/ipsecconf-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    private func write(_ text: String, to name: String = "ipsecinit.conf") throws -> String {
        let path = "\(directory)/\(name)"
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        chmod(path, 0o644)
        return path
    }

    @discardableResult
    private func run(_ arguments: String...) throws -> String {
        try Command(arguments + ["-s", state]).run()
    }

    /// The entries of a text, in the form of listings.
    private func canonical(_ text: String) throws -> [String] {
        var diagnostics = Diagnostics()
        let placed = PlacedEntry.parse(
            Source(name: "file", octets: Array(text.utf8)), into: &diagnostics)
        return try #require(placed).map { $0.entry.description }
    }

    /// What the kernel has, as ip(8) sees it.
    private func kernel() throws -> String { try PrivateNetwork.output(ofIP: "-d xfrm policy") }

    @Test func fileToKernelToListingIsTheSame() throws {
        let path = try write(Self.file)
        try PrivateNetwork.run {
            try run("-a", path)
            let listing = try run()
            #expect(try canonical(listing) == canonical(Self.file))
            let before = try kernel()
            #expect(before.components(separatedBy: "priority").count == 1 + 3 + 2 + 15 + 1)

            // The listing, loaded in place of the file, is the same policy.
            try run("-r", write(listing, to: "listing"))
            #expect(try kernel() == before)
            #expect(try run() == listing)
        }
    }

    /// What -L shows of the kernel is a file for the same policies, each direction by itself.
    @Test func theListingOfTheKernelIsAFileToo() throws {
        let path = try write(Self.file)
        let (first, text) = try PrivateNetwork.run {
            try run("-a", path)
            return (try PolicyTable().policies(), try run("-L", "-n"))
        }
        let listing = try write(text, to: "listing")
        let second = try PrivateNetwork.run {
            try run("-Fa", listing)
            return try PolicyTable().policies()
        }
        struct Essence: Hashable {
            let direction: String
            let selector: String
            let action: String
        }
        func essences(_ policies: [SecurityPolicy]) -> Set<Essence> {
            Set(
                policies.map { policy in
                    var action = policy.action
                    if case .protect(var template) = action {
                        template.reqid = 0
                        action = .protect(template)
                    }
                    return Essence(
                        direction: policy.direction.name, selector: "\(policy.selector)",
                        action: "\(action)")
                })
        }
        #expect(first.count == second.count)
        #expect(essences(first) == essences(second))
    }

    @Test func aBrokenFileChangesNothing() throws {
        let good = try write(Self.file)
        try PrivateNetwork.run {
            try run("-a", good)
            let before = (try kernel(), try run())
            for (number, text) in [
                Self.file + "{ raddr 10.0.0.1 } ipsec { encr_algs des }",
                Self.file + "{ tunnel none0 } drop {}",
                Self.file + "{ laddr 10.9.0.0/16 dir out } bypass {}", "{", "\u{0}",
            ].enumerated() {
                let bad = try write(text, to: "bad-\(number)")
                for option in ["-a", "-r", "-Fa", "-c"] {
                    #expect(throws: ToolFailure.told, "\(text)") { try run(option, bad) }
                }
            }
            #expect(try kernel() == before.0)
            #expect(try run() == before.1)
        }
    }

    @Test func aFileThatOthersMayWriteIsRefused() throws {
        let path = try write(Self.file)
        chmod(path, 0o666)
        try PrivateNetwork.run {
            #expect(throws: ToolFailure.told) { try run("-a", path) }
            let left = try kernel()
            #expect(left.isEmpty)
        }
    }

    /// Between the look at the kernel and the change somebody else was there.
    @Test(arguments: [0, 70, 149])
    func whatTheKernelRefusesTakesAllBack(place: Int) throws {
        let old = try write(
            "{ raddr 10.8.0.1 } drop {}\n{ raddr 10.7.0.1 } ipsec { encr_algs any }")
        let text = (0..<150).map { "{ raddr 10.9.0.\($0) } ipsec { encr_algs any }\n" }.joined()
        let new = try write(text + "{ raddr 10.8.0.1 } pass {}", to: "new")
        try PrivateNetwork.run {
            try run("-a", old)
            let wanted = try EntryFile(new).wanted
            let loading = try Loading(state)
            let plan = try Plan.replacing(loading.loaded, with: wanted, in: loading.kernel)
            #expect(plan.changes.count == 300 + 3 + 2)
            try PrivateNetwork.ip("xfrm policy add dir in src 10.9.0.\(place) dst 0.0.0.0/0")
            let before = try (kernel(), String(contentsOfFile: state, encoding: .utf8))
            let error = try #require(throws: ToolFailure.self) { try loading.carryOut(plan) }
            #expect(error.message.contains("(EEXIST)"))
            #expect(error.message.hasSuffix("nothing is changed"))
            #expect(try sorted(kernel()) == sorted(before.0))
            #expect(try String(contentsOfFile: state, encoding: .utf8) == before.1)
        }
    }

    /// The policies of a listing of ip(8), in an order that does not depend on when they came.
    private func sorted(_ listing: String) -> [String] {
        listing.replacing("\n\t", with: " ").split(separator: "\n").map(String.init).sorted()
    }

    @Test func othersPoliciesStay() throws {
        let path = try write(Self.file)
        try PrivateNetwork.run {
            try PrivateNetwork.ip(
                "xfrm policy add dir out src 10.5.0.0/16 dst 10.6.0.0/16 "
                    + "tmpl proto esp mode transport reqid 1768947713")
            let theirs = try kernel()
            try run("-a", path)
            try run("-Fa", path)
            try run("-f")
            try run("-F")
            #expect(try kernel() == theirs)

            let clash = try write("{ laddr 10.5.0.0/16 raddr 10.6.0.0/16 } drop {}", to: "clash")
            for option in ["-a", "-r"] {
                #expect(throws: ToolFailure.told) { try run(option, clash) }
            }
            #expect(try kernel() == theirs)
        }
    }

    @Test func entriesAreDeletedByTheirIndexes() throws {
        let path = try write(Self.file)
        try PrivateNetwork.run {
            try run("-a", path)
            try run("-d", "2")
            try run("-d", "198.51.100.1,1")
            #expect(
                try run().split(separator: "\n").filter { $0.hasPrefix("#") }
                    == ["#INDEX 3", "#INDEX 4"])
            #expect(throws: ToolFailure("there is no entry 2 of this host")) { try run("-d", "2") }
            #expect(throws: ToolFailure("there is no entry 3 of tunnel 't'")) {
                try run("-d", "t,3")
            }
        }
    }

    @Test func tunnelsAreFlushedByThemselves() throws {
        let path = try write(Self.file)
        try PrivateNetwork.run {
            try run("-a", path)
            #expect(try run("-l", "-i", "198.51.100.1").contains("negotiate tunnel"))
            #expect(try !run("-l").contains("negotiate tunnel"))
            #expect(try run("-l").contains("rport telnet"))
            #expect(try run("-l", "-n").contains("rport 23"))
            try run("-f")
            #expect(try run().split(separator: "\n").count == 2)
            try run("-f", "-i", "198.51.100.1")
            #expect(try kernel().isEmpty)
        }
    }

    /// Without the file, and with one that nobody understands, the policies are still ours.
    @Test func policiesAreFoundWithoutTheFile() throws {
        let path = try write(Self.file)
        try PrivateNetwork.run {
            try run("-a", path)
            try "nonsense".write(toFile: state, atomically: false, encoding: .utf8)
            #expect(throws: ToolFailure.self) { try run("-L") }
            #expect(throws: ToolFailure.self) { try run("-r", path) }
            try FileManager.default.removeItem(atPath: state)
            #expect(try run("-L").contains("# nobody remembers its entry"))
            #expect(throws: ToolFailure.told) { try run("-a", path) }
            try "nonsense".write(toFile: state, atomically: false, encoding: .utf8)
            try run("-F")
            #expect(try kernel().isEmpty)
            #expect(try run().isEmpty)
        }
    }
}
