import Net
import Testing

@testable import Crypto

struct AlternativeNameTextTests {
    @Test func aCommaPartsNamesWhereAKindFollows() throws {
        let names = try AlternativeName.list(
            parsing: "dns:gw.example, IP=2001:db8::1,DN:O=Example, CN=gw,EMAIL: a@b ")
        #expect(
            names == [
                .dns("gw.example"), .address(try #require(IPAddress("2001:db8::1"))),
                .directoryName(try DistinguishedName(parsing: "O=Example, CN=gw")), .email("a@b"),
            ])
        #expect(try AlternativeName.list(parsing: "\(names[2])") == [names[2]])
    }

    @Test(arguments: [
        "", "gw.example", "HOST:gw", "IP:1.2.3", "IP:gw", "DNS:", "DNS:a b", "EMAIL:a", "DN:gw",
        "DNS:gw,", "DNS:gw,x", "IP:192.0.2.1,192.0.2.2",
    ])
    func refusesWhatIsNoName(text: String) throws {
        let error = #expect(throws: CryptoError.self) { try AlternativeName.list(parsing: text) }
        guard case .malformedName? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
