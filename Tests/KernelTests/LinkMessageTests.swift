import CLinux
import IPsec
import Net
import Testing

@testable import Kernel

/// Interfaces in the form of linux/if_link.h and linux/if_tunnel.h, for kernels that have none of
/// these kinds.
@Suite struct LinkMessageTests {
    private static func attribute(_ type: Int, _ value: [UInt8]) -> [UInt8] {
        let length = UInt16(value.count + 4)
        var octets = withUnsafeBytes(of: length) { Array($0) }
        octets += withUnsafeBytes(of: UInt16(type)) { Array($0) }
        octets += value
        while octets.count % 4 != 0 { octets.append(0) }
        return octets
    }

    private static func message(_ kind: String, _ data: [(Int, [UInt8])]) -> [UInt8] {
        let values = data.flatMap { attribute($0.0, $0.1) }
        let info = attribute(1, Array(kind.utf8) + [0]) + attribute(2, values)
        // Something before it, as the kernel has it.
        return Array(repeating: 0, count: MemoryLayout<ifinfomsg>.size)
            + attribute(3, Array("name0\0".utf8)) + attribute(18, info)
    }

    private static func interface(
        _ kind: String, _ data: [(Int, [UInt8])]
    ) -> TunnelInterface {
        TunnelInterface(link: message(kind, data).span)
    }

    private let local: [UInt8] = [192, 0, 2, 1]
    private let remote: [UInt8] = [198, 51, 100, 1]

    @Test func whatWrapsHasItsProtocolAndEnds() throws {
        let ends = (IPAddress(octets: local), IPAddress(octets: remote))
        func wrapping(_ number: UInt8) -> TunnelInterface {
            TunnelInterface(kind: .wrapping(protocolID: number), local: ends.0, remote: ends.1)
        }
        // IFLA_IPTUN_LOCAL 2, _REMOTE 3, _PROTO 9; IFLA_GRE_LOCAL 6, _REMOTE 7
        #expect(Self.interface("ipip", [(2, local), (3, remote), (9, [4])]) == wrapping(4))
        #expect(Self.interface("sit", [(2, local), (3, remote), (9, [41])]) == wrapping(41))
        #expect(Self.interface("ipip", [(2, local), (3, remote), (9, [0])]) == wrapping(4))
        #expect(Self.interface("gre", [(6, local), (7, remote)]) == wrapping(47))
    }

    @Test func endsMayBeOpen() {
        #expect(
            Self.interface("ipip", [(2, local), (3, [0, 0, 0, 0])])
                == TunnelInterface(
                    kind: .wrapping(protocolID: 4), local: IPAddress(octets: local)))
        let v6 = Array(repeating: UInt8(7), count: 16)
        #expect(
            Self.interface("ip6tnl", [(3, v6)])
                == TunnelInterface(
                    kind: .wrapping(protocolID: 41), remote: IPAddress(octets: v6)))
    }

    @Test func theOthersAreToldByTheirNumbers() {
        // IFLA_VTI_IKEY 2, _OKEY 3, _LOCAL 4, _REMOTE 5, in network order; IFLA_XFRM_IF_ID 2
        #expect(
            Self.interface(
                "vti", [(2, [0, 0, 0, 7]), (3, [0, 0, 1, 0]), (4, local), (5, remote)])
                == TunnelInterface(
                    kind: .vti(inbound: 7, outbound: 256), local: IPAddress(octets: local),
                    remote: IPAddress(octets: remote)))
        let id = withUnsafeBytes(of: UInt32(42)) { Array($0) }
        #expect(
            Self.interface("xfrm", [(2, id)]) == TunnelInterface(kind: .xfrm(interfaceID: 42)))
        #expect(Self.interface("bond", []) == TunnelInterface(kind: .other("bond")))
    }

    @Test func aMessageCutShortIsRead() {
        let message = Self.message("vti", [(2, [0, 0, 0, 7]), (4, local)])
        for count in 0..<message.count {
            _ = TunnelInterface(link: message.span.extracting(first: count))
        }
        #expect(
            TunnelInterface(link: [UInt8]().span)
                == TunnelInterface(
                    kind: .other("an interface of its own")))
    }
}
