import IPsec
import Net
import Testing
import Wire

func prefix(_ text: String, _ length: Int) throws -> IPRange {
    let base = try #require(IPAddress(text))
    return try #require(IPRange(base: base, prefixLength: length))
}

@Suite struct SelectorTests {
    private func dns() throws -> Selector {
        Selector(
            source: try prefix("10.1.0.0", 24), destination: try prefix("10.2.0.0", 16),
            destinationPorts: PortRange(53), protocolID: 17)
    }

    @Test func reversedSwapsBothEnds() throws {
        let reversed = try dns().reversed
        #expect(reversed.source == (try prefix("10.2.0.0", 16)))
        #expect(reversed.destination == (try prefix("10.1.0.0", 24)))
        #expect(reversed.sourcePorts == PortRange(53))
        #expect(reversed.destinationPorts == .any)
        #expect(reversed.protocolID == 17)
        #expect(reversed.reversed == (try dns()))
    }

    /// A type of ICMP has its place, whoever sends the message.
    @Test func reversedLeavesTypeAndCode() throws {
        for number: UInt8 in [1, 58] {
            let echo = Selector(
                source: try prefix("10.1.0.0", 24), destination: try prefix("10.2.0.0", 16),
                sourcePorts: PortRange(8), destinationPorts: PortRange(0), protocolID: number)
            #expect(echo.reversed.sourcePorts == PortRange(8))
            #expect(echo.reversed.destinationPorts == PortRange(0))
            #expect(echo.reversed.source == echo.destination)
        }
    }

    @Test func everySelectorContainsItself() throws {
        let dns = try dns()
        #expect(dns.contains(dns))
    }

    @Test func widerContainsNarrower() throws {
        let dns = try dns()
        let wide = Selector(source: IPRange(all: .v4), destination: IPRange(all: .v4))
        #expect(wide.contains(dns))
        #expect(!dns.contains(wide))
        #expect(!Selector(source: IPRange(all: .v6), destination: IPRange(all: .v6)).contains(dns))
    }

    @Test func protocolAndPortsCount() throws {
        let dns = try dns()
        var other = dns
        other.protocolID = 6
        #expect(!dns.contains(other))
        other = dns
        other.destinationPorts = .any
        #expect(!dns.contains(other))
        #expect(other.contains(dns))
        other = dns
        other.sourcePorts = PortRange(1024)
        #expect(dns.contains(other))
    }

    @Test func eachSideIsATrafficSelector() throws {
        let dns = try dns()
        #expect(
            dns.sourceTrafficSelector
                == TrafficSelector(protocolID: 17, addresses: try prefix("10.1.0.0", 24)))
        #expect(
            dns.destinationTrafficSelector
                == TrafficSelector(
                    protocolID: 17, ports: .range(PortRange(53)),
                    addresses: try prefix("10.2.0.0", 16)))
    }

    @Test func templateCoversTheEndsThatItLeavesOpen() throws {
        let here = try #require(IPAddress("192.0.2.1"))
        let there = try #require(IPAddress("192.0.2.2"))
        var template = Template(protocolID: .esp, mode: .tunnel, source: here)
        #expect(template.covers(source: here, destination: there))
        #expect(!template.covers(source: there, destination: here))
        template.destination = there
        #expect(template.covers(source: here, destination: there))
        #expect(!template.covers(source: here, destination: here))
    }
}
