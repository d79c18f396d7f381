import Crypto
import Foundation
import Net
import Policy
import Testing
import Wire

/// What is written reads back the same.
@Suite struct WritingTests {
    private func read(_ text: String) throws -> [Rule] {
        var diagnostics = Diagnostics()
        let configuration = Policy.Configuration.parse(
            Source(name: "written", octets: Array(text.utf8)), into: &diagnostics)
        return try #require(configuration, "\(diagnostics.map { $0.render() })\n\(text)").rules
    }

    @Test(arguments: [
        "conf/ikev2.config", "Sources/Policy/ikev2.config.5",
    ])
    func theRulesOfASampleReadBackTheSame(path: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        var text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
        if path.hasSuffix(".5") {
            // The example of the manual page.
            let example = try #require(text.firstRange(of: ".Bd -literal"))
            let rest = text[example.upperBound...]
            let end = try #require(rest.firstRange(of: "\n.Ed"))
            let start = try #require(rest.firstIndex(of: "\n"))
            text = String(rest[start..<end.lowerBound])
        }
        let rules = try read(text)
        try #require(!rules.isEmpty)
        #expect(try read(rules.map { $0.text }.joined()) == rules)
    }

    @Test func globalsAndDefaultsAreWrittenIntoTheRule() throws {
        let rules = try read(
            """
            ikesa_xform { encr_alg aes auth_alg sha1 dh_group 14 ikesa_lifetime_secs 90 }
            auth_method preshared childsa_pfs 14, 19 childsa_lifetime_kb 0x100
            { label "a \\" \\\\" local_addr 10.0.0.0-10.0.0.9 remote_addr 10.1.0.0/255.255.0.0 }
            """)
        let text = rules.map { $0.text }.joined()
        for line in [
            #"label "a \" \\""#, "local_addr 10.0.0.0-10.0.0.9", "remote_addr 10.1.0.0/16",
            "childsa_pfs 14, 19", "childsa_lifetime_kb 256", "dpd_interval_secs 60", "mobike yes",
        ] {
            #expect(text.contains("    \(line)\n"), "\(text)")
        }
        #expect(try read(text) == rules)
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func generatedRulesReadBackTheSame(seed: UInt64) throws {
        var made = GeneratedRules(seed: seed)
        let rules = try (0..<3).map { try made.rule("rule \($0) \(made.text())") }
        #expect(try read(rules.map { $0.text }.joined()) == rules)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func generatedKeysReadBackTheSame(seed: UInt64) throws {
        var made = GeneratedRules(seed: seed)
        var keys = PresharedKeys()
        for index in 0..<5 {
            let (local, remote) = (made.secret(), made.secret())
            let key =
                switch index % 3 {
                case 0: PresharedKey(local)
                case 1: PresharedKey(local: local, remote: nil)
                default: PresharedKey(local: made.flag() ? nil : local, remote: remote)
                }
            keys.add(key, label: "\(index) \(made.text())")
        }
        let octets = keys.labels.flatMap { label in
            keys[label]?.text(label: label) ?? []
        }
        var diagnostics = Diagnostics()
        let again = PresharedKeys.parse(Source(name: "keys", octets: octets), into: &diagnostics)
        #expect(again == keys, "\(diagnostics.map { $0.render() })")
    }
}

/// Rules of every kind, the same for the same seed.
private struct GeneratedRules {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// Steele, Lea and Flood's SplitMix64.
    private mutating func number(below limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(limit))
    }

    private mutating func one<Element>(of elements: [Element]) -> Element {
        elements[number(below: elements.count)]
    }

    private mutating func some<Element>(
        _ most: Int, _ make: (inout Self) throws -> Element
    ) rethrows -> [Element] {
        try (0..<number(below: most + 1)).map { _ in try make(&self) }
    }

    private mutating func maybe<Element>(_ make: (inout Self) throws -> Element) rethrows
        -> Element?
    {
        flag() ? try make(&self) : nil
    }

    mutating func flag() -> Bool { number(below: 2) == 0 }

    mutating func text() -> String {
        (0..<number(below: 8)).map { _ in
            one(of: ["a", "Z", "ä", "\"", "\\", " ", "\t", "{", "}", "#", "/", "'", "€", "="])
        }.joined()
    }

    mutating func secret() -> Secret {
        let octets = (0...number(below: 40)).map { _ in UInt8(number(below: 256)) }
        return Secret(copying: octets)
    }

    private mutating func address(_ family: IPAddress.Family) -> IPAddress {
        family == .v4
            ? .v4(UInt32(number(below: 1 << 32)))
            : .v6(high: UInt64(number(below: Int.max)), low: UInt64(number(below: Int.max)))
    }

    private mutating func range() throws -> IPRange {
        let family: IPAddress.Family = flag() ? .v4 : .v6
        let base = address(family)
        switch number(below: 3) {
        case 0: return IPRange(base)
        case 1:
            let length = number(below: family.bitWidth + 1)
            return try #require(IPRange(base: base, prefixLength: length))
        default:
            let other = address(family)
            return try #require(IPRange(base, other) ?? IPRange(other, base))
        }
    }

    private mutating func identity() throws -> Identification {
        switch number(below: 5) {
        case 0:
            return Identification(type: .fqdn, data: Array("gw-\(number(below: 9)).example".utf8))
        case 1: return Identification(type: .rfc822Address, data: Array("a\"\\b@example".utf8))
        case 2:
            let name = one(of: ["C=US, O=Example\\, Inc., CN=gw", "CN=\"a + b\" ", "O=ä, CN=\\#1"])
            return Identification(
                type: .derDN, data: try DistinguishedName(parsing: name).der)
        case 3:
            let address = address(flag() ? .v4 : .v6)
            return Identification(
                type: address.family == .v4 ? .ipv4Address : .ipv6Address, data: address.octets)
        default:
            return Identification(
                type: .keyID, data: (0...number(below: 9)).map { _ in UInt8(number(below: 256)) })
        }
    }

    private mutating func remoteIdentity() throws -> RemoteIdentity {
        switch number(below: 3) {
        case 0: .any
        case 1: .addresses(try range())
        default: .exact(try identity())
        }
    }

    private mutating func cipher() -> (EncryptionAlgorithm, [UInt16]) {
        let cipher = one(of: [
            EncryptionAlgorithm.aesCBC, .aesGCM16, .aesCCM16, .aesCTR, .chacha20Poly1305,
            .tripleDES,
        ])
        guard cipher != .chacha20Poly1305, cipher != .tripleDES else { return (cipher, []) }
        let lengths = one(of: [[256, 192, 128], [256], [192], [128], [256, 192], [192, 128]])
        return (cipher, lengths.map { UInt16($0) })
    }

    private mutating func ikeTransform() -> IKETransform {
        let (cipher, lengths) = cipher()
        let integrity: [[IntegrityAlgorithm]] = [
            [.hmacSHA1_96, .hmacSHA1_160], [.hmacSHA1_160], [.hmacSHA256_128], [.hmacSHA384_192],
            [.hmacSHA512_256],
        ]
        return IKETransform(
            encryption: cipher, keyLengths: lengths,
            integrity: cipher.isAEAD ? [] : one(of: integrity),
            prfs: [one(of: [.hmacSHA1, .hmacSHA256, .hmacSHA384, .hmacSHA512])],
            group: one(of: [.modp1024, .modp2048, .ecp256, .curve25519, .curve448]),
            lifetime: maybe { UInt32(60 + $0.number(below: 1 << 20)) })
    }

    private mutating func childTransform() -> ChildTransform {
        let integrity: [IntegrityAlgorithm] = one(of: [
            [.hmacSHA1_96], [.hmacSHA1_160], [.hmacSHA256_128], [.hmacSHA512_256],
        ])
        let esn = one(of: [ChildTransform.defaultESN, [true], [false]])
        if number(below: 5) == 0 {
            return ChildTransform(
                protocol: .ah, encryption: nil, integrity: integrity, esn: esn)
        }
        let (cipher, lengths) = cipher()
        return ChildTransform(
            encryption: cipher, keyLengths: lengths, integrity: cipher.isAEAD ? [] : integrity,
            esn: esn)
    }

    private mutating func lifetimes() -> Lifetimes {
        let soft = 1 + number(below: 1 << 30)
        let kilobytes = maybe { UInt64(1 + $0.number(below: 1 << 40)) }
        return Lifetimes(
            ikeSeconds: UInt32(60 + number(below: 1 << 30)), childSeconds: UInt32(soft + 1),
            childSoftSeconds: UInt32(soft), childKilobytes: kilobytes.map { $0 + 1 },
            childSoftKilobytes: kilobytes, idleSeconds: maybe { UInt32(1 + $0.number(below: 99)) })
    }

    mutating func rule(_ label: String) throws -> Rule {
        let methods: [AuthenticationChoice] = [
            .preshared, .certificate, .rsaSignature, .dssSignature, .ecdsaSignature,
            .eddsaSignature,
        ]
        let groups: [[KeyExchangeMethod]] = [[], [.modp2048], [.curve25519, .ecp384]]
        let children = some(3) { $0.childTransform() }
        return Rule(
            label: label,
            localAddresses: [try range()] + (try some(2) { try $0.range() }),
            remoteAddresses: [try range()] + (try some(2) { try $0.range() }),
            localAuthentication: one(of: methods), remoteAuthentication: one(of: methods),
            localID: try maybe { try $0.identity() },
            remoteIDs: try some(3) { try $0.remoteIdentity() },
            requiredIssuers: try some(2) {
                try DistinguishedName(parsing: "C=US, O=\($0.flag() ? "a" : "\"b, c\""), CN=ca")
            },
            ikeTransforms: [ikeTransform()] + some(2) { $0.ikeTransform() },
            childTransforms: children.isEmpty ? ChildTransform.defaults : children,
            pfsGroups: one(of: groups), lifetimes: lifetimes(),
            dpdInterval: UInt32(number(below: 1 << 20)), immediate: flag(), rekeyProbe: flag(),
            mobike: flag(), requestHTTPCertificates: flag(),
            reqid: maybe { UInt32($0.number(below: 1 << 32)) },
            interfaceID: maybe { UInt32($0.number(below: 1 << 32)) })
    }
}
