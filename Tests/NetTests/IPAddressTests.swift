import Net
import Testing

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("0.0.0.1", true), ("1.0.0.1", false), ("126.255.255.255", false), ("127.0.0.1", true),
        ("128.0.0.1", false), ("169.253.1.1", false), ("169.254.0.1", true),
        ("169.255.1.1", false), ("192.168.1.1", false), ("10.0.0.1", false),
        ("223.255.255.255", false), ("224.0.0.1", true), ("255.255.255.255", true), ("::", true),
        ("::1", true), ("::7f00:1", true), ("::ffff:127.0.0.1", true), ("::ffff:10.0.0.1", false),
        ("::1:0:0:1", false), ("fe80::1", true), ("febf::1", true), ("fec0::1", false),
        ("fd00::1", false), ("2001:db8::1", false), ("ff02::1", true),
    ]) func leadsNoFurtherThanThisHostAndItsLinks(text: String, isNearby: Bool) throws {
        #expect(try #require(IPAddress(text)).isNearby == isNearby)
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"),
        ("0.0.0.0", "0.0.0.0"),
        ("255.255.255.255", "255.255.255.255"),
        // RFC 5952 §1–4: leading zeros, shortening, lower case, which run is shortened.
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:0db8::0001", "2001:db8::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:DB8::ABCD", "2001:db8::abcd"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("::", "::"), ("::1", "::1"), ("1::", "1::"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ])
    func printsTheCanonicalTextOfWhatItRead(text: String, canonical: String) throws {
        #expect(try #require(IPAddress(text)).description == canonical)
    }

    @Test(arguments: [
        "", ".", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.04", "1..2.3", "1.2.3.4 ", "1.2.3.x",
        ":", ":::", "1:2", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "1:2:3:4:5:6:7:", ":1::",
        "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "g::", "1:2:3:4::5:6:7:8",
    ])
    func refusesWhatIsNoAddress(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: ["10.1.2.3", "fd00:9::a:1"])
    func octetsRoundTrip(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.octets.count == address.family.octetCount)
        #expect(IPAddress(octets: address.octets) == address)
        #expect(IPAddress(octets: address.octets.dropLast() + []) == nil)
    }
}
