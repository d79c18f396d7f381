import Policy
import Testing

@testable import IPsecPolicy

@Suite struct EntryErrorTests {
    private static let address = "an address, a prefix or the name of a host"
    private static let action = "ipsec, bypass, pass, drop, apply or permit"
    private static let ciphers =
        "any, aes, aes-gcm, aes-ccm, aes-ctr, chacha20-poly1305, 3des or null"
    private static let hashes = "any, sha256, sha384, sha512, aes-xcbc or sha1"

    @Test(arguments: [
        Case("‹x›", "unexpected 'x'; expected '{' and a pattern"),
        Case("‹{› raddr 10.0.0.1", "'{' is never closed; expected '}'"),
        Case("{ raddr 10.0.0.1 ‹{› } drop {}", "unexpected '{'; expected '}' before it"),
        Case("{ ‹=› } drop {}", "unexpected '='; expected a keyword of the pattern or '}'"),
        Case(
            "{ ‹radr› 10.0.0.1 } drop {}",
            "unknown keyword 'radr'; expected a keyword of the pattern or '}' (did you mean "
                + "'raddr'?)"),
        Case(
            "{ ‹sa› shared } drop {}",
            "misplaced 'sa'; expected it in the properties behind the action"),
        Case(
            "{ lport 1 ‹lport› 2 } drop {}",
            "duplicate 'lport'; expected it once (first on line 1)"),
        Case("{ raddr ‹}› drop {}", "unexpected '}'; expected \(address)"),
        Case("{ raddr ‹10.0.0› } drop {}", "'10.0.0' is no address; expected \(address)"),
        Case("{ raddr ‹fe80:::1› } drop {}", "'fe80:::1' is no address; expected \(address)"),
        Case(
            "{ raddr 10.0.0.0/‹33› } drop {}",
            "'33' is out of range; expected a prefix length of 0 to 32"),
        Case(
            "{ raddr fe80::/‹129› } drop {}",
            "'129' is out of range; expected a prefix length of 0 to 128"),
        Case(
            "{ raddr 10.0.0.0/‹255.0.255.0› } drop {}",
            "'255.0.255.0' is no number; expected a prefix length of 0 to 32"),
        Case(
            "{ saddr 10.0.0.0 smask ‹24› dir in } drop {}",
            "'24' is no netmask; expected a netmask such as 255.255.0.0 or 0xffff0000"),
        Case(
            "{ saddr ‹10.0.0.0› smask 0xff000000 } drop {}",
            "source or destination without a direction; expected 'dir out', 'dir in', or laddr and "
                + "raddr"),
        Case(
            "{ laddr 10.0.0.1 saddr ‹10.0.0.0› dir in } drop {}",
            "source or destination beside local or remote; expected one kind"),
        Case("{ smask ‹0xff000000› dir in } drop {}", "smask without saddr; expected saddr"),
        Case("{ dmask ‹255.0.0.0› dir in } drop {}", "dmask without daddr; expected daddr"),
        Case(
            "{ lport ‹65536› } drop {}",
            "'65536' is out of range; expected a port of 0 to 65535, or the name of a service"),
        Case(
            "{ ulp ‹0› } drop {}",
            "'0' is out of range; expected a protocol of 1 to 255, or its name"),
        Case("{ code ‹3› } drop {}", "code without type; expected type"),
        Case(
            "{ type ‹3› } drop {}",
            "type without protocol; expected 'ulp icmp' or 'ulp ipv6-icmp'"),
        Case(
            "{ ulp icmp type ‹256› } drop {}",
            "'256' is out of range; expected a type of ICMP messages, 0 to 255 or a name"),
        Case(
            "{ ulp icmp type ‹eco› } drop {}",
            "unknown 'eco'; expected a type of ICMP messages, 0 to 255 or a name (did you mean "
                + "'echo'?)"),
        Case(
            "{ ulp icmp type 9-‹7› } drop {}",
            "range runs backwards; expected a type not below 9"),
        Case(
            "{ ulp icmp type 3 code ‹255› } drop {}",
            "'255' is out of range; expected a code of ICMP messages, 0 to 254 or a name"),
        Case(
            "{ dir ‹inn› } drop {}", "unknown 'inn'; expected out, in or both (did you mean 'in'?)"),
        Case(
            "{ negotiate ‹tunnel› } drop {}",
            "negotiate without a tunnel; expected tunnel, or tlocal and tremote"),
        Case(
            "{ tlocal ‹10.0.0.1› } drop {}",
            "a tunnel with one end; expected tunnel, or both tlocal and tremote"),
        Case(
            "{ tlocal 10.0.0.1 tremote ‹fe80::1› } drop {}",
            "tlocal and tremote are of different families; expected one"),
        Case(
            "{ tlocal 10.0.0.1 tremote 10.0.0.2 negotiate ‹transport› } drop {}",
            "nothing wraps packets here; expected the tunnel interface that does"),
        Case(
            "{ tunnel t0 negotiate transport raddr ‹10.0.0.2› } drop {}",
            "SAs in transport mode protect all that the interface wraps; expected no addresses, "
                + "protocol or ports"),
        Case(
            "{ tunnel ‹interface-of-mine› } drop {}",
            "'interface-of-mine' has 17 octets; expected the name of a tunnel interface, at most 15"
        ),
        Case(
            "{ tlocal ‹::› tremote ::1 } drop {}",
            "'::' is no such address; expected the outer address of a tunnel"),
    ])
    func patterns(test: Case) throws { try expectError(test) }

    @Test(arguments: [
        Case(
            "{} ‹{›", "unexpected '{'; expected \(action)"),
        Case(
            "{} ‹ipsek› { encr_algs any }",
            "unknown action 'ipsek'; expected \(action) (did you mean 'ipsec'?)"),
        Case("{} drop ‹x›", "unexpected 'x'; expected '{'"),
        Case("{} bypass { sa ‹shared› }", "nothing is protected here; expected '}'"),
        Case("{} ipsec { dir ‹in› encr_algs any }", "misplaced 'dir'; expected it in the pattern"),
        Case(
            "{} ipsec ‹{› }",
            "ipsec without algorithms; expected encr_algs, encr_auth_algs or auth_algs"),
        Case(
            "{} apply { encr_algs any dir ‹in› }",
            "direction 'in' of an action that is for the other; expected out"),
        Case(
            "{ dir ‹out› } permit { encr_algs any }",
            "direction 'out' of an action that is for the other; expected in"),
        Case(
            "{} ipsec { encr_algs any auth_algs ‹any› }",
            "AH beside ESP; IKE negotiates one of them, expected auth_algs alone or none"),
        Case(
            "{} ipsec { encr_algs ‹null› }",
            "neither encryption nor authentication; expected encr_auth_algs"),
        Case(
            "{} ipsec { encr_algs aes-gcm encr_auth_algs ‹sha256› }",
            "encr_auth_algs beside a cipher that authenticates by itself; expected none"),
        Case(
            "{} ipsec { encr_algs ‹des› }",
            "'des' protects nothing any more (RFC 8221); expected \(ciphers)"),
        Case(
            "{} ipsec { encr_algs aes encr_auth_algs ‹MD5› }",
            "'MD5' protects nothing any more (RFC 8221); expected \(hashes)"),
        Case(
            "{} ipsec { encr_algs ‹aes-gmc› }",
            "unknown algorithm 'aes-gmc'; expected \(ciphers) (did you mean 'aes-gcm'?)"),
        Case(
            "{} ipsec { encr_algs aes‹(›100) }",
            "no key length of 'aes'; expected 128, 192, 256 bits or a range around one"),
        Case(
            "{} ipsec { encr_algs aes(256..‹128›) }",
            "range runs backwards; expected a key length not below 256"),
        Case(
            "{} ipsec { encr_algs aes(‹)› }", "unexpected ')'; expected a key length in bits"),
        Case(
            "{} ipsec { encr_algs aes(..‹)› }", "unexpected ')'; expected a key length in bits"),
        Case("{} ipsec { encr_algs aes(256 ‹}›", "unexpected '}'; expected ')'"),
        Case(
            "{} ipsec { encr_algs null‹(›128) encr_auth_algs any }",
            "'null' has no key; expected no '(' here"),
        Case(
            "{} ipsec { auth_algs sha256‹(›128) }",
            "no key length of 'sha256'; expected 256 bits"),
        Case(
            "{} ipsec { encr_algs any sa ‹uniqe› }",
            "unknown 'uniqe'; expected shared or unique (did you mean 'unique'?)"),
        Case(
            "{} drop {} ‹or› pass {}",
            "'or' behind another action than ipsec; expected the next entry"),
        Case(
            "{} ipsec { encr_algs any } ‹or› drop {}",
            "no alternative to ipsec; expected ipsec, bypass or pass"),
        Case(
            "{} ipsec { encr_algs any } or pass {} ‹or› pass {}",
            "'or' behind what lets everything pass; expected its end"),
        Case(
            "{} ipsec { encr_algs any } or ipsec ‹{› auth_algs any }",
            "AH and ESP as alternatives; the kernel asks for one of them, expected ESP"),
        Case(
            "{} ipsec { encr_algs any sa shared } or ipsec { encr_algs any sa ‹unique› }",
            "'sa' differs from that of the alternatives; expected shared"),
        Case(
            "{ tunnel t0 } ipsec { encr_algs any } or ‹pass› {}",
            "a tunnel that may be passed by; the kernel takes that of transport mode only, expected "
                + "ipsec"),
    ])
    func actions(test: Case) throws { try expectError(test) }

    private func expectError(_ test: Case) throws {
        let marked = try Marked(test.text)
        var diagnostics = Diagnostics()
        #expect(PlacedEntry.parse(marked.source, into: &diagnostics) == nil)
        let error = try diagnostics.only(.error)
        #expect(error.message == test.message)
        #expect(marked.isAt(error), "\(error.render())")
    }

    @Test func alternativesAreBounded() throws {
        let way = "ipsec { encr_algs any }"
        func count(_ ways: Int) -> Int {
            var diagnostics = Diagnostics()
            let text = "{} " + Array(repeating: way, count: ways).joined(separator: " or ")
            _ = PlacedEntry.parse(Source(name: "f", octets: Array(text.utf8)), into: &diagnostics)
            return diagnostics.errorCount
        }
        #expect(count(16) == 0)
        #expect(count(17) == 1)
    }

    @Test func allErrorsAreFoundInOneRun() throws {
        let text = """
            { radr 10.0.0.1 } ipsec { encr_algs des }
            { lport 70000 } bypas {}
            { raddr 10.0.0.2 } drop {}
            x
            { raddr 10.0.0.3 } ipsec { encr_algs aes(1) sa sharde }
            """
        var diagnostics = Diagnostics()
        #expect(
            PlacedEntry.parse(Source(name: "f", octets: Array(text.utf8)), into: &diagnostics)
                == nil)
        #expect(diagnostics.map { $0.line } == [1, 1, 2, 2, 4, 5, 5])
    }

    /// Whatever is thrown at it, it comes to an end and says something or nothing.
    @Test func damagedTextsAreRead() {
        let text = Array(
            "{ laddr 10.0.0.0/8 type 1-2 tunnel t } ipsec { encr_algs aes(1..2) } or pass {}".utf8)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            var damaged = text
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: damaged.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: damaged[place] = UInt8.random(in: 0...255, using: &random)
                case 1 where damaged.count > 1: damaged.remove(at: place)
                default: damaged.insert(damaged[Int.random(in: damaged.indices)], at: place)
                }
            }
            var diagnostics = Diagnostics()
            let entries = PlacedEntry.parse(
                Source(name: "f", octets: damaged), into: &diagnostics)
            #expect((entries == nil) == diagnostics.hasErrors)
        }
    }
}
