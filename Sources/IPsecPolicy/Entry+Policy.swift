import IPsec
import Net
import Policy
import Wire

extension Entry {
    /// The entry that one policy of the kernel comes to, as far as the kernel tells; what it does not
    /// tell is that of the entry it was made for.
    public init(_ policy: SecurityPolicy, of loaded: Entry?) {
        let isOutbound = policy.direction == .outbound
        let selector = isOutbound ? policy.selector : policy.selector.reversed
        var pattern = Pattern(direction: isOutbound ? .out : .in)
        pattern.tunnel = loaded?.pattern.tunnel ?? Self.tunnel(of: policy)
        if pattern.tunnel?.mode != .transport { pattern.take(selector) }
        self.init(pattern, loaded?.action ?? Self.action(of: policy))
    }

    /// The entry in a text; `nil` when there is not one.
    public static func only(in text: String) -> Entry? {
        var diagnostics = Diagnostics()
        let entries = PlacedEntry.parse(
            Source(name: "", octets: Array(text.utf8)), into: &diagnostics)
        return entries?.count == 1 ? entries?.first?.entry : nil
    }

    private static func tunnel(of policy: SecurityPolicy) -> TunnelChoice? {
        guard let template = policy.template, template.mode == .tunnel else { return nil }
        let isOutbound = policy.direction == .outbound
        return TunnelChoice(
            local: isOutbound ? template.source : template.destination,
            remote: isOutbound ? template.destination : template.source)
    }

    private static func action(of policy: SecurityPolicy) -> Action {
        switch policy.action {
        case .bypass: .bypass
        case .block, .unsupported: .drop
        case .protect(let template):
            .protect(
                [template.protocolID == .ah ? .ah(.any) : .esp(.any)],
                orBypass: template.isOptional)
        }
    }
}

extension Pattern {
    /// The addresses, the protocol and what it has for ports of packets that leave this host.
    fileprivate mutating func take(_ selector: Selector) {
        local = .range(selector.source)
        remote = .range(selector.destination)
        guard selector.protocolID != 0 else { return }
        nextLayer = .number(selector.protocolID)
        if selector.protocolID == 1 || selector.protocolID == 58 {
            guard selector.sourcePorts != .any else { return }
            icmp = ICMP(
                types: Self.octets(selector.sourcePorts),
                codes: selector.destinationPorts == .any
                    ? nil : Self.octets(selector.destinationPorts))
        } else {
            localPort = Self.port(selector.sourcePorts)
            remotePort = Self.port(selector.destinationPorts)
        }
    }

    private static func octets(_ range: PortRange) -> ClosedRange<UInt8> {
        UInt8(clamping: range.first)...UInt8(clamping: range.last)
    }

    private static func port(_ range: PortRange) -> Port? {
        range == .any ? nil : .number(range.first)
    }
}
