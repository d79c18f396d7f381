import IPsec
import Net
import Policy
import Wire

/// An entry as the kernel's policies say it.
public struct Translation: Sendable {
    /// The policies; their indexes, priorities and reqids are not chosen yet.
    public let policies: [SecurityPolicy]
    /// What Child SAs for them may use; empty where nothing is protected.
    public let transforms: [ChildTransform]

    /// The most policies of one entry: more is a mistake, such as every type of ICMP by itself.
    static let policyLimit = 4096
}

/// Turns entries into policies, and tells what cannot be said to the kernel.
public struct Translator {
    private let surroundings: Surroundings
    private let source: Source
    private var found: [Diagnostic] = []
    private var names: [String: [IPAddress]] = [:]
    private var interfaces: [String: TunnelInterface?] = [:]

    /// A translator of the entries of a source.
    public init(_ source: Source, in surroundings: Surroundings) {
        self.source = source
        self.surroundings = surroundings
    }

    /// Hands over everything told.
    public func deliver(into diagnostics: inout Diagnostics) {
        for diagnostic in found { diagnostics.add(diagnostic) }
    }

    /// The policies of an entry; `nil`, after a message, when there are none.
    public mutating func translate(_ placed: PlacedEntry) -> Translation? {
        do throws(Malformed) {
            return try policies(of: placed)
        } catch {
            if found.count <= Diagnostics.limit {
                found.append(
                    Diagnostic(.error, error.message, in: source, at: error.location))
            }
            return nil
        }
    }

    private mutating func policies(of placed: PlacedEntry) throws(Malformed) -> Translation {
        let pattern = placed.entry.pattern
        let gateways = try gateways(of: placed)
        var policies: [SecurityPolicy] = []
        for selector in try selectors(of: placed, gateways) {
            let template = template(for: placed.entry.action, gateways)
            let action = action(placed.entry.action, template)
            if pattern.direction != .in {
                policies.append(
                    SecurityPolicy(
                        index: 0, direction: .outbound, selector: selector, action: action,
                        interfaceID: gateways?.interfaceID ?? 0, mark: gateways?.mark))
            }
            guard pattern.direction != .out else { continue }
            // What comes in may be for this host or for others behind it. Packets in transport mode
            // are for this host.
            let isForOthers = template?.mode != .transport
            let directions: [SecurityPolicy.Direction] =
                isForOthers ? [.inbound, .forward] : [.inbound]
            for direction in directions {
                policies.append(
                    SecurityPolicy(
                        index: 0, direction: direction, selector: selector.reversed,
                        action: self.action(placed.entry.action, template?.reversed),
                        interfaceID: gateways?.interfaceID ?? 0, mark: gateways?.mark))
            }
            guard policies.count <= Translation.policyLimit else {
                throw Malformed(
                    "entry stands for more than \(Translation.policyLimit) policies; expected a "
                        + "simpler pattern", at: placed.start)
            }
        }
        var transforms: [ChildTransform] = []
        if case .protect(let protections, _, _) = placed.entry.action {
            transforms = protections.flatMap { $0.transforms }
        }
        return Translation(policies: policies, transforms: transforms)
    }

    private func action(
        _ action: Entry.Action, _ template: Template?
    ) -> SecurityPolicy.Action {
        switch action {
        case .bypass: .bypass
        case .drop: .block
        case .protect: template.map { .protect($0) } ?? .block
        }
    }

    private func template(for action: Entry.Action, _ gateways: Gateways?) -> Template? {
        guard case .protect(let protections, _, let orBypass) = action,
            let first = protections.first
        else { return nil }
        let transforms = protections.flatMap { $0.transforms }
        let mode = gateways?.mode ?? .transport
        return Template(
            protocolID: first.protocolID, mode: mode,
            source: mode == .tunnel ? gateways?.local : nil,
            destination: mode == .tunnel ? gateways?.remote : nil,
            algorithms: AlgorithmMasks(
                ciphers: transforms.map { $0.encryption },
                integrity: transforms.flatMap { $0.integrity }), isOptional: orBypass)
    }

    // MARK: Tunnels

    /// What a tunnel means to the kernel.
    private struct Gateways {
        let mode: Mode
        let local: IPAddress
        let remote: IPAddress
        /// The protocol in which the interface itself wraps packets; 0 for none.
        var wrapping: UInt8 = 0
        var interfaceID: UInt32 = 0
        var mark: Mark?
    }

    private mutating func gateways(of placed: PlacedEntry) throws(Malformed) -> Gateways? {
        guard let tunnel = placed.entry.pattern.tunnel else { return nil }
        let place = placed.place(of: tunnel.interface == nil ? .tunnelLocal : .tunnel)
        var interface: TunnelInterface?
        if let name = tunnel.interface {
            guard let known = self.interface(name) else {
                throw Malformed(
                    "there is no interface '\(name)'; expected an ipip, sit, ip6tnl, gre, vti or "
                        + "xfrm interface", at: place)
            }
            interface = known
        }
        func end(_ own: IPAddress?, _ ofInterface: IPAddress?, _ word: String) throws(Malformed)
            -> IPAddress
        {
            if let own, let ofInterface, own != ofInterface {
                throw Malformed(
                    "\(word) \(own) is not that of the interface, \(ofInterface); expected one of "
                        + "them", at: place)
            }
            guard let address = own ?? ofInterface else {
                throw Malformed(
                    "interface '\(tunnel.interface ?? "")' has no outer address there; expected "
                        + word, at: place)
            }
            return address
        }
        let local = try end(tunnel.local, interface?.local, "tlocal")
        let remote = try end(tunnel.remote, interface?.remote, "tremote")
        guard local.family == remote.family else {
            throw Malformed(
                "\(local) and \(remote) are of different families; expected one", at: place)
        }
        var gateways = Gateways(mode: tunnel.mode, local: local, remote: remote)
        switch interface?.kind {
        case .wrapping(let protocolID): gateways.wrapping = protocolID
        case .vti(let inbound, let outbound):
            guard inbound == outbound else {
                throw Malformed(
                    "interface '\(tunnel.interface ?? "")' has the keys \(inbound) and \(outbound); "
                        + "both SAs of a pair have one mark, expected the same", at: place)
            }
            gateways.mark = inbound == 0 ? nil : Mark(value: inbound, mask: .max)
        case .xfrm(let interfaceID): gateways.interfaceID = interfaceID
        case .other(let kind):
            throw Malformed(
                "interface '\(tunnel.interface ?? "")' is no tunnel but \(kind); expected an ipip, "
                    + "sit, ip6tnl, gre, vti or xfrm interface", at: place)
        case nil: break
        }
        if tunnel.mode == .transport, gateways.wrapping == 0 {
            throw Malformed(
                "interface '\(tunnel.interface ?? "")' leaves the wrapping to SAs; expected "
                    + "'negotiate tunnel'", at: placed.place(of: .negotiate))
        }
        return gateways
    }

    private mutating func interface(_ name: String) -> TunnelInterface? {
        if let known = interfaces[name] { return known }
        let interface = surroundings.interface(name)
        interfaces[name] = .some(interface)
        return interface
    }

    // MARK: Selectors

    /// The packets that leave this host and match; one selector for each that the kernel needs.
    private mutating func selectors(
        of placed: PlacedEntry, _ gateways: Gateways?
    ) throws(Malformed) -> [Selector] {
        let pattern = placed.entry.pattern
        if let gateways, gateways.mode == .transport {
            return [
                Selector(
                    source: IPRange(gateways.local), destination: IPRange(gateways.remote),
                    protocolID: gateways.wrapping)
            ]
        }
        let local = try ranges(pattern.local, at: placed.place(of: .local, or: .source))
        let remote = try ranges(pattern.remote, at: placed.place(of: .remote, or: .destination))
        let pairs = Self.pairs(local, remote)
        guard !pairs.isEmpty else {
            throw Malformed(
                "addresses of different families; expected one",
                at: placed.place(of: .remote, or: .destination))
        }
        let layers = try layers(of: placed)
        var selectors: [Selector] = []
        for (mine, theirs) in pairs {
            for layer in layers where layer.fits(mine.family) {
                selectors.append(
                    Selector(
                        source: mine, destination: theirs, sourcePorts: layer.sourcePorts,
                        destinationPorts: layer.destinationPorts, protocolID: layer.protocolID))
            }
        }
        guard !selectors.isEmpty else {
            throw Malformed(
                "protocol of the other family; expected 'icmp' for IPv4, 'ipv6-icmp' for IPv6",
                at: placed.place(of: .nextLayer))
        }
        return selectors
    }

    /// The addresses of either side that may speak to each other; `nil` stands for all.
    private static func pairs(
        _ local: [IPRange]?, _ remote: [IPRange]?
    ) -> [(IPRange, IPRange)] {
        switch (local, remote) {
        case (nil, nil):
            return [IPAddress.Family.v4, .v6].map { (IPRange(all: $0), IPRange(all: $0)) }
        case (let local?, nil): return local.map { ($0, IPRange(all: $0.family)) }
        case (nil, let remote?): return remote.map { (IPRange(all: $0.family), $0) }
        case (let local?, let remote?):
            return local.flatMap { mine in
                remote.filter { $0.family == mine.family }.map { (mine, $0) }
            }
        }
    }

    private mutating func ranges(
        _ address: Pattern.Address?, at place: SourceLocation
    ) throws(Malformed) -> [IPRange]? {
        switch address {
        case nil: return nil
        case .range(let range): return [range]
        case .name(let name, let length):
            let addresses = names[name] ?? surroundings.addresses(name)
            names[name] = addresses
            guard !addresses.isEmpty else {
                throw Malformed("nobody knows a host '\(name)'; expected an address", at: place)
            }
            return addresses.compactMap {
                IPRange(base: $0, prefixLength: length ?? $0.family.bitWidth)
            }
        }
    }

    /// Protocol and ports, or types and codes.
    private struct Layer {
        var protocolID: UInt8 = 0
        var sourcePorts = PortRange.any
        var destinationPorts = PortRange.any

        func fits(_ family: IPAddress.Family) -> Bool {
            switch protocolID {
            case Layer.icmp: family == .v4
            case Layer.icmp6: family == .v6
            default: true
            }
        }

        static let icmp: UInt8 = 1
        static let icmp6: UInt8 = 58
        /// What has ports: TCP, UDP, DCCP, SCTP, UDP-Lite.
        static let withPorts: [UInt8] = [6, 17, 33, 132, 136]
    }

    private func layers(of placed: PlacedEntry) throws(Malformed) -> [Layer] {
        let pattern = placed.entry.pattern
        let protocolID = try protocolID(of: placed)
        if let icmp = pattern.icmp {
            guard protocolID == Layer.icmp || protocolID == Layer.icmp6 else {
                throw Malformed(
                    "type of a protocol other than ICMP; expected 'ulp icmp' or 'ulp ipv6-icmp'",
                    at: placed.place(of: .type))
            }
            return Self.layers(protocolID, icmp)
        }
        guard pattern.localPort != nil || pattern.remotePort != nil else {
            return [Layer(protocolID: protocolID)]
        }
        guard protocolID == 0 || Layer.withPorts.contains(protocolID) else {
            throw Malformed(
                "protocol \(protocolID) has no ports; expected tcp, udp or another that has",
                at: placed.place(of: .nextLayer))
        }
        let local = try port(
            pattern.localPort, at: placed.places[.localPort] ?? placed.packetPortPlace)
        let remote = try port(
            pattern.remotePort, at: placed.places[.remotePort] ?? placed.packetPortPlace)
        // Traffic selectors have no ports without a protocol (RFC 7296 §3.13.1).
        return (protocolID == 0 ? [6, 17] : [protocolID]).map {
            Layer(protocolID: $0, sourcePorts: local, destinationPorts: remote)
        }
    }

    /// A layer for each type: traffic selectors have no ranges of them. Codes are cut where the
    /// kernel's masks can tell them.
    private static func layers(_ protocolID: UInt8, _ icmp: Pattern.ICMP) -> [Layer] {
        if icmp.types == 0...UInt8.max, icmp.codes == nil { return [Layer(protocolID: protocolID)] }
        let codes = icmp.codes.map { Self.blocks($0) } ?? [.any]
        return icmp.types.flatMap { type in
            codes.map {
                Layer(
                    protocolID: protocolID, sourcePorts: PortRange(UInt16(type)),
                    destinationPorts: $0)
            }
        }
    }

    /// The ranges that a mask can tell, put together as the range given.
    private static func blocks(_ range: ClosedRange<UInt8>) -> [PortRange] {
        var blocks: [PortRange] = []
        var next = UInt16(range.lowerBound)
        let end = UInt16(range.upperBound)
        while next <= end {
            var size: UInt16 = 1
            while next % (size * 2) == 0, next + size * 2 - 1 <= end { size *= 2 }
            if let block = PortRange(next, next + size - 1) { blocks.append(block) }
            next += size
        }
        return blocks
    }

    private func protocolID(of placed: PlacedEntry) throws(Malformed) -> UInt8 {
        switch placed.entry.pattern.nextLayer {
        case nil: return 0
        case .number(let number): return number
        case .name(let name):
            guard let number = surroundings.nextLayer(name) else {
                throw Malformed(
                    "nobody knows a protocol '\(name)'; expected one of protocols(5)",
                    at: placed.place(of: .nextLayer))
            }
            return number
        }
    }

    private func port(
        _ port: Pattern.Port?, at place: SourceLocation
    ) throws(Malformed) -> PortRange {
        switch port {
        case nil: return .any
        case .number(let number): return PortRange(number)
        case .service(let name):
            guard let number = surroundings.port(name) else {
                throw Malformed(
                    "nobody knows a service '\(name)'; expected one of services(5)", at: place)
            }
            return PortRange(number)
        }
    }
}

extension PlacedEntry {
    /// Where one of two keywords stands.
    fileprivate func place(of keyword: Keyword, or other: Keyword) -> SourceLocation {
        places[keyword] ?? place(of: other)
    }

    /// Where a port of the packet stands.
    fileprivate var packetPortPlace: SourceLocation {
        place(of: .sourcePort, or: .destinationPort)
    }
}

extension Template {
    /// The template of packets that go the other way.
    fileprivate var reversed: Template {
        var reversed = self
        reversed.source = destination
        reversed.destination = source
        return reversed
    }
}
