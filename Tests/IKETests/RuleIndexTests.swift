import Net
import Policy
import Testing

@testable import IKE

@Suite struct RuleIndexTests {
    @Test func findsWhatAWalkThroughAllRulesWouldFind() throws {
        var random = SeededRandom(seed: 7)
        var text =
            "auth_method preshared ikesa_xform { encr_alg aes auth_alg sha256 dh_group 14 }\n"
        for index in 0..<200 {
            let host = Int.random(in: 0..<16, using: &random)
            let remotes = [
                "10.0.0.\(host)", "10.0.0.0/\(Int.random(in: 24...31, using: &random))",
                "10.0.0.\(host) remote_addr 10.0.0.0/29",
            ]
            let local = Bool.random(using: &random) ? "192.0.2.1" : "192.0.2.0/30"
            text +=
                "{ label \"r\(index)\" local_addr \(local) remote_addr \(remotes[index % 3]) }\n"
        }
        let rules = try configuration(text).rules
        let index = RuleIndex(rules)
        for host in 0..<32 {
            for local in ["192.0.2.1", "192.0.2.2", "192.0.2.9"] {
                let remote = ip("10.0.0.\(host)")
                let expected = rules.filter { $0.covers(local: ip(local), remote: remote) }
                #expect(
                    index.covering(local: ip(local), remote: remote).map { $0.label }
                        == expected.map { $0.label })
            }
        }
    }
}
