import IPsec
import Net
import Testing
import Wire

@Suite struct SelectorTrafficSelectorTests {
    private func range(_ first: UInt16, _ last: UInt16) throws -> PortRange {
        try #require(PortRange(first, last))
    }

    private func selector(
        _ protocolID: UInt8, _ source: PortRange, _ destination: PortRange
    ) -> Selector {
        Selector(
            source: IPRange(.v4(0x0A01_0001)), destination: IPRange(.v4(0x0A02_0001)),
            sourcePorts: source, destinationPorts: destination, protocolID: protocolID)
    }

    // RFC 7296 §3.13.1: type in the upper octet, code in the lower, the same number on both sides.
    @Test func anEchoRequestIsOneNumberOnBothSides() throws {
        let echo = selector(1, PortRange(8), PortRange(0))
        #expect(echo.sourceTrafficSelector.ports == .range(PortRange(0x0800)))
        #expect(echo.destinationTrafficSelector.ports == .range(PortRange(0x0800)))
    }

    @Test func aTypeOfAnyCodeIsTheRangeOfItsCodes() throws {
        let unreachable = selector(1, PortRange(3), .any)
        #expect(unreachable.sourceTrafficSelector.ports == .range(try range(0x0300, 0x03FF)))
    }

    @Test(arguments: [1, 6, 17, 58] as [UInt8])
    func theWayThereAndBackIsTheIdentity(protocolID: UInt8) throws {
        for (source, destination) in [
            (PortRange.any, PortRange.any), (PortRange(8), PortRange(0)), (PortRange(3), .any),
        ] {
            let selector = selector(protocolID, source, destination)
            #expect(
                Selector(
                    from: selector.sourceTrafficSelector, to: selector.destinationTrafficSelector)
                    == selector)
        }
    }

    @Test func whatTheKernelCannotExpressIsNoSelector() throws {
        let address = IPRange(.v4(1))
        func side(_ protocolID: UInt8, _ ports: PortSelector) -> TrafficSelector {
            TrafficSelector(protocolID: protocolID, ports: ports, addresses: address)
        }
        #expect(Selector(from: side(6, .opaque), to: side(6, .any)) == nil)
        #expect(Selector(from: side(6, .any), to: side(17, .any)) == nil)
        let twoTypes = PortSelector.range(try range(0x0300, 0x0800))
        #expect(Selector(from: side(1, twoTypes), to: side(1, twoTypes)) == nil)
        #expect(
            Selector(from: side(0, .any), to: TrafficSelector(addresses: IPRange(all: .v6)))
                == nil)
    }
}
