import Crypto
import Testing

@testable import Policy

@Suite struct PolicyValueTests {
    @Test(arguments: [
        ("0", 0), ("90", 90), ("90-second", 90), ("2-minutes", 120), ("1-hour", 3600),
        ("3-DAYS", 259_200), ("10-year", 315_360_000),
    ])
    func durations(_ text: String, _ seconds: Int64) {
        #expect(PolicyValue.seconds(text) == seconds)
    }

    @Test(arguments: [
        "", "-", "-1", "1-", "1-week", "1 day", "day", "11-year", "1.5", "+1", "0x10",
        "99999999999999999999", "9223372036854775807-day",
    ])
    func noDurations(_ text: String) {
        #expect(PolicyValue.seconds(text) == nil)
    }

    @Test(arguments: [
        ("0", [UInt8(0)]), ("0x0", [0]), ("000", [0]), ("1", [1]), ("0x0102", [1, 2]),
        ("abc", [0x0A, 0xBC]), ("0X00FF", [0xFF]), ("000000FF01", [0xFF, 1]),
    ])
    func serialNumbers(_ text: String, _ octets: [UInt8]) {
        #expect(PolicyValue.serialNumber(text) == octets)
    }

    @Test(arguments: ["", "0x", "g", "01:02", "-1", String(repeating: "f", count: 41)])
    func noSerialNumbers(_ text: String) {
        #expect(PolicyValue.serialNumber(text) == nil)
    }

    @Test(arguments: [
        ("webcache.example", "webcache.example", UInt16(8080)), ("a:1", "a", 1),
        ("http://a:3128/", "a", 3128), ("192.0.2.1:80", "192.0.2.1", 80),
        ("[2001:db8::1]", "2001:db8::1", 8080), ("[::1]:65535", "::1", 65535),
    ])
    func proxies(_ text: String, _ host: String, _ port: UInt16) {
        #expect(PolicyValue.proxy(text) == FetchPolicy.Proxy(host: host, port: port))
    }

    @Test(arguments: [
        "", ":", ":80", "a:", "a:0", "a:65536", "a:b", "a b", "a/b", "http://", "https://a", "[]",
        "[", "[a]", "[::1", "[::1]80", "::1", "a:1:2", "[::1]:",
    ])
    func noProxies(_ text: String) {
        #expect(PolicyValue.proxy(text) == nil)
    }

    @Test(arguments: [
        PolicyValue.truth, .duration, .timeout, .pathLength, .name, .nameOrSearch, .serialNumber,
        .url, .proxy, .fileName, .directory, .keyUsage, .purposeNames, .purposeNumbers,
    ])
    func noValueIsEmptyOrEndlessOrHasControls(_ kind: PolicyValue) {
        for text in [
            "", "\n", "a\u{0}", "/a\tb", "CN=\u{202E}", String(repeating: "/", count: 4097),
        ] {
            #expect(kind.normalized(text) == nil, "\(text)")
        }
    }

    @Test(arguments: ["1", "1.", ".1", "3.1", "1.40", "1..2", "1.02", "1.2,", "1.2;1.3"])
    func noObjectIdentifiers(_ text: String) {
        #expect(PolicyValue.purposes(numbered: text) == nil)
    }
}
