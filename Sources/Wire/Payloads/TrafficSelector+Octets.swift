import Net

// The body of a TSi or TSr payload (RFC 7296 §3.13).

extension TrafficSelector {
    /// As many as the count of the payload can state.
    public static let maximumSelectors = 255

    /// Selectors of unknown types are passed over: what they select cannot be carried here.
    static func decodeAll(
        _ octets: Span<UInt8>, _ cursor: inout Cursor
    ) throws(WireError) -> [TrafficSelector] {
        let stated = Int(try cursor.read(UInt8.self, octets))
        _ = try cursor.take(3)  // reserved
        guard stated > 0 else { throw cursor.error(.empty) }
        guard cursor.rest.count >= stated * 4 else { throw cursor.error(.count(stated: stated)) }
        var selectors: [TrafficSelector] = []
        selectors.reserveCapacity(stated)
        for _ in 0..<stated {
            let type = TrafficSelectorType(rawValue: try cursor.read(UInt8.self, octets))
            let protocolID = try cursor.read(UInt8.self, octets)
            var body = try cursor.substructure(octets)
            switch type {
            case .ipv4AddressRange:
                selectors.append(try TrafficSelector(protocolID, .v4, octets, &body))
            case .ipv6AddressRange:
                selectors.append(try TrafficSelector(protocolID, .v6, octets, &body))
            default: break
            }
        }
        return selectors
    }

    private init(
        _ protocolID: UInt8, _ family: IPAddress.Family, _ octets: Span<UInt8>,
        _ cursor: inout Cursor
    ) throws(WireError) {
        self.protocolID = protocolID
        let first = try cursor.read(UInt16.self, octets)
        let last = try cursor.read(UInt16.self, octets)
        if let range = PortRange(first, last) {
            ports = .range(range)
        } else if first == .max, last == 0 {
            ports = .opaque
        } else {
            throw cursor.error(.inverseRange)
        }
        let start = try Self.readAddress(family, octets, &cursor)
        let end = try Self.readAddress(family, octets, &cursor)
        try cursor.finish()
        guard let addresses = IPRange(start, end) else { throw cursor.error(.inverseRange) }
        self.addresses = addresses
    }

    private static func readAddress(
        _ family: IPAddress.Family, _ octets: Span<UInt8>, _ cursor: inout Cursor
    ) throws(WireError) -> IPAddress {
        switch family {
        case .v4: .v4(try cursor.read(UInt32.self, octets))
        case .v6:
            .v6(
                high: try cursor.read(UInt64.self, octets),
                low: try cursor.read(UInt64.self, octets))
        }
    }

    static func append(_ selectors: [TrafficSelector], to octets: inout [UInt8]) {
        let selectors = selectors.prefix(maximumSelectors)
        octets.append(bigEndian: UInt32(truncatingIfNeeded: selectors.count) << 24)
        for selector in selectors { selector.append(to: &octets) }
    }

    private func append(to octets: inout [UInt8]) {
        let type: TrafficSelectorType =
            addresses.family == .v4 ? .ipv4AddressRange : .ipv6AddressRange
        octets.appendStructure(type.rawValue, protocolID) { octets in
            switch ports {
            case .range(let range):
                octets.append(bigEndian: range.first)
                octets.append(bigEndian: range.last)
            case .opaque:
                octets.append(bigEndian: UInt16.max)
                octets.append(bigEndian: UInt16(0))
            }
            addresses.first.append(to: &octets)
            addresses.last.append(to: &octets)
        }
    }
}
