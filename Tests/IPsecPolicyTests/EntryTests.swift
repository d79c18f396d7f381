import IPsec
import Net
import Policy
import Testing

@testable import IPsecPolicy

/// The entries of a text without an error.
func entries(_ text: String) throws -> [Entry] {
    var diagnostics = Diagnostics()
    let placed = PlacedEntry.parse(
        Source(name: "file", octets: Array(text.utf8)), into: &diagnostics)
    return try #require(placed, "\(diagnostics.map { $0.render() })").map { $0.entry }
}

func prefix(_ text: String, _ length: Int) throws -> IPRange {
    let base = try #require(IPAddress(text))
    return try #require(IPRange(base: base, prefixLength: length))
}

@Suite struct EntryTests {
    /// An entry, and how it is shown.
    private static let canonical: [(String, String)] = [
        ("{} ipsec {encr_algs any}", "{} ipsec { encr_algs any sa shared }"),
        (
            "{ local 10.0.0.0/8 remote fe80::1 proto 17 } pass { }",
            "{ laddr 10.0.0.0/8 raddr fe80::1 ulp 17 } bypass {}"
        ),
        (
            "{ laddr 10.1.2.3/255.255.0.0 lport 53 rport domain ulp udp dir both } drop {}",
            "{ laddr 10.1.0.0/16 ulp udp lport 53 rport domain } drop {}"
        ),
        (
            "{ raddr gw-1.example.org/24 } ipsec { encr_auth_algs HMAC-SHA256 sa unique }",
            "{ raddr gw-1.example.org/24 } ipsec { encr_algs null encr_auth_algs sha256 sa unique }"
        ),
        (
            "{ saddr 10.9.0.0 smask 0xFFFF0000 daddr 10.8.0.1 sport 7 dport 9 ulp 6 } permit\n"
                + "{ encr_algs 3des-cbc }",
            "{ laddr 10.8.0.1 raddr 10.9.0.0/16 ulp 6 lport 9 rport 7 dir in } "
                + "ipsec { encr_algs 3des sa shared }"
        ),
        (
            "{ src 10.9.0.0/16 dstaddr 10.8.0.1 } apply { auth_algs sha512 dir out }",
            "{ laddr 10.9.0.0/16 raddr 10.8.0.1 dir out } ipsec { auth_algs sha512 sa shared }"
        ),
        (
            "{ srcaddr host-a dest 10.8.0.0 dmask 255.255.255.0 } bypass { dir in }",
            "{ laddr 10.8.0.0/24 raddr host-a dir in } bypass {}"
        ),
        (
            "{ dst 10.0.0.1 dir out } pass {}", "{ raddr 10.0.0.1 dir out } bypass {}"
        ),
        (
            "{ ulp icmp type echo code 0 } drop {}",
            "{ ulp icmp type 8 code 0 } drop {}"
        ),
        (
            "{ ulp ipv6-icmp type 133-137 code 0-2 dir in } pass {}",
            "{ ulp ipv6-icmp type 133-137 code 0-2 dir in } bypass {}"
        ),
        (
            "{ ulp ipv6-icmp type neigh-sol6 code frag-re-timex6 } pass {}",
            "{ ulp ipv6-icmp type 135 code 1 } bypass {}"
        ),
        (
            "{ tunnel ipsec0 negotiate transport } ipsec { encr_algs AES-GCM16(256) }",
            "{ tunnel ipsec0 negotiate transport } ipsec { encr_algs aes-gcm(256) sa shared }"
        ),
        (
            "{ tlocal 192.0.2.1 tremote 192.0.2.2 raddr 10.0.0.0/8 } ipsec { encr_algs 12(..192) }",
            "{ negotiate tunnel tlocal 192.0.2.1 tremote 192.0.2.2 raddr 10.0.0.0/8 } "
                + "ipsec { encr_algs aes(..192) sa shared }"
        ),
        (
            "{ raddr a } ipsec { encr_algs aes(192..) encr_auth_algs sha512(512) } or ipsec "
                + "{ encr_algs any(128..256) } or pass {}",
            "{ raddr a } ipsec { encr_algs aes(192..) encr_auth_algs sha512 sa shared } or "
                + "ipsec { encr_algs any(128..256) sa shared } or bypass {}"
        ),
    ]

    @Test(arguments: canonical)
    func whatIsReadIsShown(text: String, shown: String) throws {
        let entries = try entries(text)
        #expect(entries.map { $0.description } == [shown])
        #expect(try entries == IPsecPolicyTests.entries(shown))
    }

    @Test func patternsHaveTheirParts() throws {
        let entry = try #require(
            entries("{ laddr 10.0.0.1 raddr 2001:db8::/32 lport 80 ulp tcp dir out } drop {}").first
        )
        #expect(
            entry.pattern
                == Pattern(
                    local: .range(try prefix("10.0.0.1", 32)),
                    remote: .range(try prefix("2001:db8::", 32)), localPort: .number(80),
                    nextLayer: .name("tcp"), direction: .out))
        #expect(entry.action == .drop)
    }

    @Test func commentsAndLineEndsAreFree() throws {
        let text = """
            # first
            { raddr 10.0.0.1 # the peer
              dir out }
            ipsec   // how
            { encr_algs aes
              sa shared }
            or ipsec { encr_algs 3des }
            {raddr 10.0.0.2}bypass{}
            """
        #expect(try entries(text).count == 2)
        #expect(try entries("# nothing\n").isEmpty)
    }

    @Test(arguments: Protection.Cipher.allCases)
    func everyCipherHasItsTransforms(cipher: Protection.Cipher) throws {
        let protection = Protection.esp(cipher, .sha256)
        for transform in protection.transforms {
            #expect(transform.protocol == .esp)
            let encryption = try #require(transform.encryption)
            #expect(transform.integrity.isEmpty == encryption.isAEAD)
            #expect(
                transform.keyLengths.isEmpty == (ChildSuite.fixedKeyBits(of: encryption) != nil))
        }
        #expect(!protection.transforms.isEmpty)
    }

    @Test func keyLengthsNarrow() throws {
        func lengths(_ text: String) throws -> [[UInt16]] {
            guard
                case .protect(let protections, _, _) = try entries("{} ipsec { \(text) }").first?
                    .action
            else { return [] }
            return protections.flatMap { $0.transforms }.map { $0.keyLengths }
        }
        #expect(try lengths("encr_algs aes") == [[256, 192, 128]])
        #expect(try lengths("encr_algs aes(192)") == [[192]])
        #expect(try lengths("encr_algs aes-gcm(..192)") == [[192, 128]])
        // ChaCha20 has 256 bits and does not say so.
        #expect(try lengths("encr_algs any(192..)") == [[256], [], [256], [256], [256, 192]])
        #expect(try lengths("encr_algs any(..128)") == [[128], [128]])
        #expect(try lengths("encr_algs any encr_auth_algs sha1") == [[256, 192, 128]])
    }

    @Test func uniqueIsOfNoUseInATunnel() throws {
        var diagnostics = Diagnostics()
        let marked = try Marked(
            "{ tunnel t0 raddr 10.0.0.0/8 } ipsec { encr_algs any sa ‹unique› }")
        let placed = PlacedEntry.parse(marked.source, into: &diagnostics)
        #expect(placed?.first?.entry.description.hasSuffix("sa shared }") == true)
        let warning = try diagnostics.only(.warning)
        #expect(marked.isAt(warning))
        #expect(warning.message == "'sa unique' has no effect in a tunnel")
    }

    @Test(arguments: ["encr_algs ‹3des›", "encr_algs aes encr_auth_algs ‹sha1›"])
    func weakAlgorithmsAreNamed(properties: String) throws {
        var diagnostics = Diagnostics()
        let marked = try Marked("{} ipsec { \(properties) }")
        #expect(PlacedEntry.parse(marked.source, into: &diagnostics)?.count == 1)
        let warning = try diagnostics.only(.warning)
        #expect(marked.isAt(warning))
        #expect(warning.message.hasSuffix("is weak (RFC 8221)"))
    }
}
