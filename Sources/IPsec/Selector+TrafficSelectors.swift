import Net
import Wire

// Selectors as the kernel has them and as IKE speaks of them (RFC 7296 §3.13.1). Of ICMP the kernel
// knows a type, in place of the source port, and a code, in place of the destination port; IKE has
// both in one number, the type in its upper octet, and the same number on either side.

extension Selector {
    /// The source side as IKE speaks of it.
    public var sourceTrafficSelector: TrafficSelector {
        TrafficSelector(
            protocolID: protocolID, ports: .range(isICMP ? icmpMessages : sourcePorts),
            addresses: source)
    }

    /// The destination side as IKE speaks of it.
    public var destinationTrafficSelector: TrafficSelector {
        TrafficSelector(
            protocolID: protocolID, ports: .range(isICMP ? icmpMessages : destinationPorts),
            addresses: destination)
    }

    /// The selector of packets from one traffic selector to another; `nil` where the kernel cannot
    /// express them: opaque ports, two protocols, ICMP messages of several types.
    public init?(from: TrafficSelector, to: TrafficSelector, interface: UInt32 = 0) {
        guard case .range(let fromPorts) = from.ports, case .range(let toPorts) = to.ports,
            from.addresses.family == to.addresses.family,
            from.protocolID == to.protocolID || from.protocolID == 0 || to.protocolID == 0
        else { return nil }
        self.init(
            source: from.addresses, destination: to.addresses, sourcePorts: fromPorts,
            destinationPorts: toPorts, protocolID: max(from.protocolID, to.protocolID),
            interface: interface)
        guard isICMP else { return }
        guard let messages = fromPorts.intersection(toPorts),
            let (type, code) = Self.typeAndCode(of: messages)
        else { return nil }
        sourcePorts = type
        destinationPorts = code
    }

    private var icmpMessages: PortRange {
        guard sourcePorts.first == sourcePorts.last, sourcePorts.first <= UInt8.max else {
            return .any
        }
        let type = sourcePorts.first << 8
        let codes = destinationPorts.intersection(Self.octet) ?? Self.octet
        return PortRange(type | codes.first, type | codes.last) ?? .any
    }

    private static func typeAndCode(of messages: PortRange) -> (type: PortRange, code: PortRange)? {
        if messages == .any { return (.any, .any) }
        let type = messages.first >> 8
        guard messages.last >> 8 == type,
            let code = PortRange(messages.first & 0xFF, messages.last & 0xFF)
        else { return nil }
        return (PortRange(type), code == octet ? .any : code)
    }

    /// What a code may be.
    private static let octet = PortRange(0, UInt16(UInt8.max)) ?? .any
}
