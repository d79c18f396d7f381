import Policy
import Testing

@Suite struct RobustnessTests {
    private static let rules = """
        # ä
        ikesa_xform { encr_alg aes(128..256) auth_alg sha256 dh_group 14 ikesa_lifetime_secs 90 }
        childsa_xform { encr_alg none auth_alg sha512 esn no }
        auth_method preshared childsa_pfs 14, 19 childsa_lifetime_kb 0x100
        { label "a \\" b" local_addr 10.0.0.0/24 remote_addr fd00::1 - fd00::9
          remote_id IPV4_RANGE = "10.0.0.1-10.0.0.9" local_id DN = "C=US, CN=gw"
          remote_id KEY_ID = "0xff" ipsec_reqid 7 immediate yes // comment
          required_issuer "CN=ca" ikesa_xform { encr_alg aes-gcm prf_alg sha384 dh_group 20 } }

        """
    private static let keys =
        "# keys\n{ label \"a\" label \"ä\" local_key 0xFF remote_key \"k\\\"\" }\n"
    private static let properties = """
        # properties
        config/debug_level = all-op+3
        pkcs11_token/pin = 1234
        config/min_threads = 2 # two

        """

    /// Steele, Lea and Flood's SplitMix64, so that every run is the same.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let interesting =
        Array("{}()=,\"\\/#-.\n\r\t 0x9:".utf8) + [0x00, 0x80, 0xC3, 0xFF]

    private func mutate(_ octets: inout [UInt8], _ dice: inout Dice) {
        for _ in 0..<Int.random(in: 1...4, using: &dice) {
            let index = Int.random(in: 0..<max(octets.count, 1), using: &dice)
            let octet = Self.interesting.randomElement(using: &dice) ?? 0
            switch Int.random(in: 0..<5, using: &dice) {
            case 0 where index < octets.count: octets[index] = octet
            case 1 where index < octets.count: octets.remove(at: index)
            case 2: octets.insert(octet, at: min(index, octets.count))
            case 3: octets.removeSubrange(index..<min(index + 20, octets.count))
            default:
                let end = min(index + 30, octets.count)
                octets.insert(contentsOf: Array(octets[min(index, end)..<end]), at: min(index, end))
            }
        }
    }

    /// Whether a diagnostic points into the source.
    private func isInside(_ diagnostic: Diagnostic, _ octets: [UInt8]) -> Bool {
        let lines = octets.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.indices.contains(diagnostic.line - 1), diagnostic.length >= 1 else {
            return false
        }
        let characters = lines[diagnostic.line - 1].filter { $0 & 0xC0 != 0x80 }.count
        // A mark may stand behind the last character, where something is missing.
        return (1...characters + 1).contains(diagnostic.column)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func mutilatedFilesAreRefusedAtAPlaceWithin(seed: UInt64) {
        var dice = Dice(state: seed)
        for round in 0..<200 {
            var diagnostics = Diagnostics()
            var octets = Array([Self.rules, Self.keys, Self.properties][round % 3].utf8)
            mutate(&octets, &dice)
            let source = Source(name: "f", octets: octets)
            let isAccepted: Bool
            switch round % 3 {
            case 0:
                let configuration = Policy.Configuration.parse(source, into: &diagnostics)
                isAccepted = configuration != nil
                if let configuration { expectWritingAndReadingAgain(configuration) }
            case 1:
                let keys = PresharedKeys.parse(source, into: &diagnostics)
                isAccepted = keys != nil
                if let keys { expectWritingAndReadingAgain(keys) }
            default: isAccepted = Properties.parse(source, into: &diagnostics) != nil
            }
            #expect(isAccepted == !diagnostics.hasErrors)
            for diagnostic in diagnostics {
                #expect(isInside(diagnostic, octets), "\(diagnostic.render())")
            }
        }
    }

    /// What is written reads back the same, however it was written before.
    private func expectWritingAndReadingAgain(_ configuration: Policy.Configuration) {
        let text = configuration.rules.map { $0.text }.joined()
        var diagnostics = Diagnostics()
        let again = Policy.Configuration.parse(
            Source(name: "written", octets: Array(text.utf8)), into: &diagnostics)
        #expect(again == configuration, "\(diagnostics.map { $0.render() })\n\(text)")
    }

    private func expectWritingAndReadingAgain(_ keys: PresharedKeys) {
        let octets = keys.labels.flatMap { label in keys[label]?.text(label: label) ?? [] }
        var diagnostics = Diagnostics()
        let again = PresharedKeys.parse(
            Source(name: "written", octets: octets), into: &diagnostics)
        #expect(again == keys, "\(diagnostics.map { $0.render() })")
    }

    @Test func everyBeginningOfAFileIsRefusedOrAccepted() {
        for text in [Self.rules, Self.keys, Self.properties] {
            let octets = Array(text.utf8)
            for count in octets.indices {
                let source = Source(name: "f", octets: Array(octets[..<count]))
                var diagnostics = Diagnostics()
                let rules = Policy.Configuration.parse(source, into: &diagnostics)
                #expect((rules == nil) == diagnostics.hasErrors)
                _ = PresharedKeys.parse(source, into: &diagnostics)
                _ = Properties.parse(source, into: &diagnostics)
            }
        }
    }

    @Test func deepNestingIsNoDepth() {
        let diagnostics = Diagnostics(
            parsingConfiguration: "bogus " + String(repeating: "{", count: 100_000))
        #expect(diagnostics.hasErrors)
        var keys = Diagnostics()
        let braces = Source(
            name: "f", octets: Array(repeating: UInt8(ascii: "{"), count: 100_000))
        #expect(PresharedKeys.parse(braces, into: &keys) == nil)
        #expect(keys.count == 101)
    }

    @Test func aThousandRulesAreReadInOrder() throws {
        var text = """
            ikesa_xform { encr_alg aes(256..256) auth_alg sha256 dh_group 19 }
            ikesa_xform { encr_alg aes-gcm prf_alg sha384 dh_group 20 }

            """
        for number in 0..<1000 {
            text += """
                {
                    label "peer \(number)"
                    auth_method preshared
                    local_addr 10.0.0.1
                    remote_addr 10.\(number / 250).\(number % 250).0/24
                    local_id FQDN = "gw.example.org"
                    remote_id FQDN = "peer\(number).example.org"
                    remote_id IPV4_PREFIX = "10.\(number / 250).\(number % 250).0/24"
                    childsa_lifetime_secs 3600
                }

                """
        }
        var diagnostics = Diagnostics()
        let source = Source(name: "f", octets: Array(text.utf8))
        let configuration = try #require(
            Policy.Configuration.parse(source, into: &diagnostics))
        #expect(configuration.rules.map { $0.label } == (0..<1000).map { "peer \($0)" })
        #expect(configuration.rules.allSatisfy { $0.ikeTransforms.count == 2 })
        #expect(configuration.rules[777].remoteAddresses.map { $0.description } == ["10.3.27.0/24"])
        configuration.check(
            in: source, with: PresharedKeys(), in: Source(name: "", octets: []), into: &diagnostics)
        #expect(diagnostics.warningCount == 1000)
        #expect(diagnostics.count == 101)
    }

    @Test func rulesHaveALimit() throws {
        let rules = String(repeating: "{}", count: 100_001)
        let diagnostics = Diagnostics(parsingConfiguration: rules)
        let error = try diagnostics.only(.error)
        #expect(error.message == "too many rules; expected at most 100000")
        #expect((error.line, error.column) == (1, 200_001))
    }
}
