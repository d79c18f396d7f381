import Testing

@testable import Policy

/// What is written reads back the same, whatever the attributes.
@Suite struct PolicyRoundTripTests {
    /// Values of each kind, awkward ones among them.
    private static func values(of kind: PolicyValue) -> [String] {
        switch kind {
        case .truth: ["true", "false", "TRUE"]
        case .duration: ["0", "90", "90-second", "1-Day", "10-years", "12-hours", "3-minutes"]
        case .timeout: ["1", "3600"]
        case .pathLength: ["0", "100"]
        case .name: ["CN=a", "CN=\"<&>'\", O=B\\\"C", "CN=ÄÖ ü, DC=example, DC=org"]
        case .nameOrSearch: ["CN=x&amp;y", "CN=a  b"]
        case .serialNumber:
            ["0", "0x0", "1", "0xABCDEF", "ffffffffffffffffffffffffffffffffffffffff"]
        case .url: ["http://a/", "HTTP://a:8080/?x=1&y='2'", "http://[::1]/%3C"]
        case .proxy: ["a", "a:1", "http://a:65535", "http://a.b/", "[2001:db8::1]", "[::]:80"]
        case .fileName: ["search", "SEARCH", "a b", "<>&\"'.crl"]
        case .directory: ["/", "/a b/\"c\""]
        case .keyUsage: ["digitalSignature", "cRLSign, keyAgreement", "decipherOnly,encipherOnly"]
        case .purposeNames: ["serverAuth", "ipsecIKE,clientAuth", "OCSPSigning , codeSigning"]
        case .purposeNumbers: ["1.2", "2.999.1,0.39", "1.3.6.1.5.5.7.3.17"]
        }
    }

    @Test(arguments: 0..<300)
    func anyPolicies(seed: UInt64) throws {
        var random = Sequence(state: seed)
        var database = PolicyDatabase()
        for index in 0..<Int.random(in: 0...3, using: &random) {
            var entry = try PolicyEntry(name: ["default", "a <&\"'> b", "ä"][index])
            for attribute in PolicyAttribute.allCases where Bool.random(using: &random) {
                let value = try #require(
                    Self.values(of: attribute.kind).randomElement(using: &random))
                try entry.set(attribute, to: value)
            }
            while let (attribute, _) = entry.inconsistency { entry.remove(attribute) }
            database.put(entry)
        }
        var diagnostics = Diagnostics()
        let again = PolicyDatabase.parse(
            Source(name: "file", octets: Array(database.text.utf8)), into: &diagnostics)
        #expect(diagnostics.isEmpty, "\(diagnostics.map { $0.render() })")
        #expect(again == database)
    }

    @Test func everyAttributeAlone() throws {
        for attribute in PolicyAttribute.allCases {
            for value in Self.values(of: attribute.kind) {
                var entry = PolicyEntry.default
                try entry.set(attribute, to: value)
                guard entry.inconsistency == nil else { continue }
                var database = PolicyDatabase()
                database.put(entry)
                var diagnostics = Diagnostics()
                let again = PolicyDatabase.parse(
                    Source(name: "file", octets: Array(database.text.utf8)), into: &diagnostics)
                #expect(again == database, "\(attribute.name)=\(value)")
            }
        }
    }

    /// SplitMix64, the same from the same seed.
    private struct Sequence: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
