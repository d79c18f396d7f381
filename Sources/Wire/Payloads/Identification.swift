import Net

/// Who a peer says it is: the body of an IDi or IDr payload (RFC 7296 §3.5).
public struct Identification: Sendable {
    /// How ``data`` is to be read.
    public let type: IdentificationType
    /// The identity. Nothing but the length of addresses has been checked.
    public let data: [UInt8]
    /// The three reserved octets. Some peers fill them, as IKEv1 did, and AUTH covers them.
    let reserved: UInt32

    /// An identity from its parts.
    public init(type: IdentificationType, data: [UInt8]) {
        self.init(type: type, data: data, reserved: 0)
    }

    /// An identity as it was received.
    init(type: IdentificationType, data: [UInt8], reserved: UInt32) {
        self.type = type
        self.data = data
        self.reserved = reserved
    }

    /// The identity that is an address.
    public init(_ address: IPAddress) {
        self.init(
            type: address.family == .v4 ? .ipv4Address : .ipv6Address, data: address.octets)
    }

    /// The address, when the identity is one.
    public var address: IPAddress? {
        switch type {
        case .ipv4Address, .ipv6Address: IPAddress(octets: data)
        default: nil
        }
    }
}

// The reserved octets do not tell one peer from another.
extension Identification: Hashable {
    /// Whether type and data are the same.
    public static func == (a: Identification, b: Identification) -> Bool {
        a.type == b.type && a.data == b.data
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(type)
        hasher.combine(data)
    }
}

extension Identification: CustomStringConvertible {
    /// `FQDN gw.example.org`, `IPV4_ADDR 10.0.0.1`, `KEY_ID 0x0a0b`. What a peer wrote is escaped
    /// and shortened, so that it can go to a log.
    public var description: String {
        switch type {
        case .ipv4Address, .ipv6Address:
            "\(type.name) " + (address?.description ?? shortHexadecimal(data))
        case .fqdn, .rfc822Address: "\(type.name) \(escaped(data))"
        case .derDN, .derGN: "\(type.name) (\(data.count) octets)"
        case .null: type.name
        default: "\(type.name) \(shortHexadecimal(data))"
        }
    }
}

extension Identification {
    init(_ octets: Span<UInt8>, _ cursor: inout Cursor) throws(WireError) {
        let word = try cursor.read(UInt32.self, octets)
        let data = cursor.takeRest()
        self.init(
            type: IdentificationType(rawValue: UInt8(truncatingIfNeeded: word >> 24)),
            data: [UInt8](octets, data), reserved: word & 0xFF_FFFF)
        let expected: IPAddress.Family
        switch type {
        case .ipv4Address: expected = .v4
        case .ipv6Address: expected = .v6
        default: return
        }
        guard data.count == expected.octetCount else { throw cursor.error(.length(data.count)) }
    }

    func append(to octets: inout [UInt8]) {
        octets.append(bigEndian: UInt32(type.rawValue) << 24 | reserved)
        octets += data
    }

    /// The body of the payload, which AUTH covers: `RestOfInitIDPayload` and
    /// `RestOfRespIDPayload` of RFC 7296 §2.15, as received or as they will be sent.
    public var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(4 + data.count)
        append(to: &octets)
        return octets
    }
}
