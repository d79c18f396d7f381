import Net
import Testing

@testable import Admin

/// The commands of ikeadm(8), as words and as octets.
@Suite struct RequestTests {
    private static let v6 = IPAddress("2001:db8::1") ?? .v4(0)

    private static let commands: [(words: String, request: Request)] = [
        ("get stats", .get(.stats)), ("get debug", .get(.debug)),
        ("get defaults", .get(.defaults)), ("set debug op+phase1", .setDebug("op+phase1")),
        ("dump ikesa", .dump(.ikeSAs)), ("dump childsa", .dump(.childSAs)),
        ("dump rule", .dump(.rules)), ("dump preshared", .dump(.presharedKeys)),
        ("dump certcache", .dump(.certificates)), ("dump groups", .dump(.groups)),
        ("dump encralgs", .dump(.encryptionAlgorithms)),
        ("dump authalgs", .dump(.integrityAlgorithms)),
        (
            "get ikesa 192.0.2.1 2001:db8::1",
            .show(.ikeSABetween(.v4(0xC000_0201), v6))
        ),
        (
            "del ikesa 0x1122334455667788 0xffffffffffffffff",
            .delete(.ikeSA(initiatorSPI: 0x1122_3344_5566_7788, responderSPI: .max))
        ),
        ("get childsa 0xc0ffee", .show(.childSA(spi: 0xC0FFEE))),
        ("del childsa 0xffffffff", .delete(.childSA(spi: .max))),
        ("get rule a rule", .show(.rule("a rule"))), ("flush ikesa", .flush),
        ("rekey childsa 0x1", .rekey(.childSA(spi: 1))),
        ("initiate a rule", .initiate("a rule")),
        ("explain 192.0.2.1 2001:db8::1", .explain(.v4(0xC000_0201), v6)),
        ("dump event", .dump(.events)),
        ("flush certcache", .flushCertificates),
        ("get priv", .get(.privilege)), ("set priv modkeys", .setPrivilege(.modifyingKeys)),
        ("set debug all /tmp/log", .setDebug("all", file: "/tmp/log")),
        ("dump childsa details", .dump(.childSAs, details: true)),
        ("get preshared a rule", .show(.presharedKey("a rule"))),
        ("del rule a rule", .delete(.rule("a rule"))),
        ("del preshared a rule", .delete(.presharedKey("a rule"))),
        ("add rule rules", .add(.rule, .file("rules"))), ("add rule {", .add(.rule, .typed)),
        ("add preshared keys", .add(.preshared, .file("keys"))),
        ("read rule", .read(.rules)), ("read rule rules", .read(.rules, file: "rules")),
        ("read preshared", .read(.presharedKeys)), ("read certcache", .read(.certificates)),
        ("read certcache certs", .read(.certificates, file: "certs")),
        ("write rule", .write(.rules)), ("write preshared", .write(.presharedKeys)),
        ("write certcache", .write(.certificates)),
        ("token login soft", .login(token: "soft")), ("token logout soft", .logout(token: "soft")),
    ]

    /// Labels with a space are one word.
    private static func words(_ text: String) -> [String] {
        let words = text.split(separator: " ").map(String.init)
        return words.suffix(2) == ["a", "rule"] ? words.dropLast(2) + ["a rule"] : words
    }

    @Test func everyCommandIsReadFromItsWords() throws {
        for (text, request) in Self.commands {
            #expect(try Request(words: Self.words(text)) == request)
            #expect(request.words == Self.words(text))
        }
    }

    @Test func everyCommandSurvivesTheWay() throws {
        for (_, request) in Self.commands {
            let message = Message(request)
            #expect(try Message(octets: message.octets) == message)
        }
    }

    @Test func whatGoesAlongComesOutAgain() throws {
        let octets = SensitiveOctets(Array("{ label \"a\" }".utf8))
        for (_, request) in Self.commands {
            let message = Message(request, enclosed: octets)
            guard request.enclosure.hasOctets else {
                #expect(throws: AdminError.malformed) { try Message(octets: message.octets) }
                continue
            }
            #expect(try Message(octets: message.octets) == message)
        }
        #expect(Request.read(.rules, file: "x").enclosure == .file("x"))
        #expect(Request.login(token: "x").enclosure == .pin)
        #expect(Request.setDebug("all", file: "x").enclosure == .log("x"))
    }

    @Test func keysAreOnlyForWhoMayTouchThem() {
        for (text, request) in Self.commands {
            let expected: Privilege =
                switch text {
                case "write preshared": .keyMaterial
                case _ where text.hasPrefix("token"): .modifyingKeys
                case "add preshared keys", "read preshared", "del preshared a rule":
                    .modifyingKeys
                default: .base
                }
            #expect(request.privilege == expected, "\(text)")
        }
    }

    @Test(arguments: [
        (["dump", "ikesas"], Request.dump(.ikeSAs)), (["dump", "p1"], .dump(.ikeSAs)),
        (["dump", "rules"], .dump(.rules)), (["flush", "p1"], .flush),
        (["dump", "childsas"], .dump(.childSAs)),
    ])
    func pluralsAndOldNamesMeanTheSame(words: [String], request: Request) throws {
        #expect(try Request(words: words) == request)
    }

    @Test(arguments: [
        ([], "expected a command"), (["frob"], "unknown command 'frob'"),
        (["get"], "expected what to get"), (["get", "frob"], "unknown object 'frob'; expected"),
        (["dump", "frob"], "expected ikesa, childsa, rule"),
        (["dump", "rule", "x"], "'x' is one word too many"),
        (["get", "ikesa", "192.0.2.1"], "the local and the remote address"),
        (["get", "ikesa", "192.0.2.1", "gw"], "'192.0.2.1 gw' names no IKE SA"),
        (["get", "childsa", "123"], "expected 0x and hex digits"),
        (["get", "childsa", "0x123456789"], "expected 0x and hex digits"),
        (["rekey", "rule", "x"], "unknown object 'rule'; expected ikesa or childsa"),
        (["add", "ikesa", "x"], "unknown object 'ikesa'; expected rule or preshared"),
        (["read", "frob"], "unknown object 'frob'; expected rule, preshared or certcache"),
        (
            ["set", "priv", "root"],
            "'root' is no privilege level; expected base, modkeys or keymat"
        ),
        (["token", "frob", "x"], "unknown object 'frob'; expected login or logout"),
        (["flush", "rule"], "unknown object 'rule'; expected ikesa or certcache"),
        (["add", "rule"], "add: expected a file, or what is to be added in braces"),
        (["initiate"], "expected the label of a rule"),
        (["explain", "192.0.2.1"], "expected the peer's address"),
        (["explain", "192.0.2.1", "gw"], "'gw' is no address; expected the peer's address"),
    ])
    func whatIsNoCommandSaysWhatWasExpected(words: [String], message: String) {
        do throws(CommandRefusal) {
            _ = try Request(words: words)
            Issue.record("\(words) is no command")
        } catch {
            #expect(error.message.contains(message), "\(error.message)")
        }
    }

    @Test func whoMayOnlyLookChangesNothing() {
        let looks = ["get ", "dump ", "explain "]
        for (text, request) in Self.commands {
            #expect(request.changes != looks.contains { text.hasPrefix($0) })
        }
    }

    @Test func anotherVersionIsToldSo() {
        var octets = Message(.flush).octets
        octets[0] = 9
        #expect(throws: AdminError.version(9)) { try Message(octets: octets) }
    }

    @Test func damagedOctetsAreRefused() {
        let octets = Message(.dump(.ikeSAs)).octets
        for count in 0..<octets.count {
            #expect(throws: AdminError.self) { try Message(octets: Array(octets.prefix(count))) }
        }
        for index in octets.indices {
            for bit in 0..<8 {
                var damaged = octets
                damaged[index] ^= 1 << bit
                let message = try? Message(octets: damaged)
                #expect(message == nil || message?.request != .dump(.ikeSAs))
            }
        }
    }
}
