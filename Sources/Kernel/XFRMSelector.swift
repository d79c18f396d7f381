import CLinux
import IPsec
import Net

// Selectors: XFRM has prefixes and masks where IKE has ranges.

extension Selector {
    /// Why a selector of the kernel has no counterpart here.
    enum Fault: Error {
        /// Neither IPv4 nor IPv6, or a prefix that is too long.
        case malformed
        /// A port mask that is not one range; all the rest is in the selector given.
        case portMask(Selector)
    }

    /// The selector of a policy or an SA.
    init(_ selector: xfrm_selector) throws(Fault) {
        guard
            let source = Self.range(selector.saddr, selector.prefixlen_s, selector.family),
            let destination = Self.range(selector.daddr, selector.prefixlen_d, selector.family)
        else { throw .malformed }
        self.init(
            source: source, destination: destination, protocolID: selector.proto,
            interface: UInt32(bitPattern: selector.ifindex))
        guard
            let sourcePorts = PortRange(port: selector.sport, mask: selector.sport_mask),
            let destinationPorts = PortRange(port: selector.dport, mask: selector.dport_mask)
        else { throw .portMask(self) }
        self.sourcePorts = sourcePorts
        self.destinationPorts = destinationPorts
    }

    private static func range(
        _ base: xfrm_address_t, _ prefixLength: UInt8, _ family: UInt16
    ) -> IPRange? {
        IPAddress(base, family: family).flatMap {
            IPRange(base: $0, prefixLength: Int(prefixLength))
        }
    }

    /// The packet that met a policy. The kernel says "port 0" where the protocol has no ports and
    /// where it had not chosen one yet; both mean any. ICMP's type and code may well be 0.
    init(flow: xfrm_selector) throws(Fault) {
        try self.init(flow)
        switch Int(protocolID) {
        case IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_MH: break
        case IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE, IPPROTO_SCTP, IPPROTO_DCCP:
            if sourcePorts == PortRange(0) { sourcePorts = .any }
            if destinationPorts == PortRange(0) { destinationPorts = .any }
        default:
            sourcePorts = .any
            destinationPorts = .any
        }
    }
}

extension xfrm_selector {
    /// The smallest selector of the kernel around one of ours; fields not set here are zero before.
    mutating func set(_ selector: Selector) {
        family = selector.source.family.xfrm
        saddr = selector.source.first.xfrm
        prefixlen_s = UInt8(truncatingIfNeeded: selector.source.commonPrefixLength)
        daddr = selector.destination.first.xfrm
        prefixlen_d = UInt8(truncatingIfNeeded: selector.destination.commonPrefixLength)
        proto = selector.protocolID
        (sport, sport_mask) = selector.sourcePorts.xfrm
        (dport, dport_mask) = selector.destinationPorts.xfrm
        ifindex = Int32(bitPattern: selector.interface)
    }
}
