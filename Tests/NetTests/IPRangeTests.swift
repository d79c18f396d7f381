import Net
import Testing

@Suite struct IPRangeTests {
    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    @Test(arguments: [
        ("10.1.2.3", 24, "10.1.2.0/24"), ("10.1.2.3", 32, "10.1.2.3"), ("10.1.2.3", 0, "0.0.0.0/0"),
        ("fd00:9::1", 64, "fd00:9::/64"), ("fd00:9::1", 0, "::/0"), ("fd00:9::1", 128, "fd00:9::1"),
        ("fd00:9::1", 16, "fd00::/16"), ("2001:db8::ff", 120, "2001:db8::/120"),
    ])
    func aPrefixIsTheRangeOfItsAddresses(base: String, length: Int, text: String) throws {
        let range = try #require(IPRange(base: address(base), prefixLength: length))
        #expect(range.description == text)
        #expect(range.prefixLength == length)
        #expect(range.contains(try address(base)))
    }

    @Test func refusesReversedAndMixedEnds() throws {
        #expect(IPRange(try address("10.0.0.2"), try address("10.0.0.1")) == nil)
        #expect(IPRange(try address("10.0.0.2"), try address("::1")) == nil)
        #expect(IPRange(base: try address("10.0.0.2"), prefixLength: 33) == nil)
        #expect(IPRange(base: try address("::1"), prefixLength: 129) == nil)
    }

    @Test func intersectsWithinOneFamilyOnly() throws {
        let a = try #require(IPRange(base: address("10.1.0.0"), prefixLength: 16))
        let b = try #require(IPRange(address("10.1.255.250"), address("10.2.0.5")))
        #expect(a.intersection(b)?.description == "10.1.255.250-10.1.255.255")
        #expect(a.intersection(IPRange(try address("10.3.0.1"))) == nil)
        #expect(a.intersection(IPRange(all: .v6)) == nil)
        #expect(IPRange(all: .v4).contains(a))
        #expect(!a.contains(IPRange(all: .v4)))
        #expect(b.prefixLength == nil)
        #expect(b.commonPrefixLength == 14)
    }

    @Test func portRangesIntersect() throws {
        let low = try #require(PortRange(0, 1023))
        #expect(low.intersection(PortRange(80)) == PortRange(80))
        #expect(low.intersection(PortRange(8080)) == nil)
        #expect(PortRange.any.contains(low))
        #expect(PortRange(2, 1) == nil)
        #expect(PortRange.any.description == "any")
        #expect(PortRange(443).description == "443")
    }
}
