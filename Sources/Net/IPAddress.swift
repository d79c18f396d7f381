/// An IPv4 or IPv6 address (without a zone: that belongs to ``SocketAddress``).
public enum IPAddress: Hashable, Sendable {
    /// The 32 bits of an IPv4 address, most significant octet first.
    case v4(UInt32)
    /// The 128 bits of an IPv6 address, as two halves.
    case v6(high: UInt64, low: UInt64)

    /// The two families, named as RFC 7296 names the types of traffic selectors.
    public enum Family: Hashable, Sendable {
        case v4, v6

        /// Width of an address in bits.
        public var bitWidth: Int { self == .v4 ? 32 : 128 }
        /// Width of an address in octets.
        public var octetCount: Int { self == .v4 ? 4 : 16 }
        /// `0.0.0.0` or `::`.
        public var unspecified: IPAddress { self == .v4 ? .v4(0) : .v6(high: 0, low: 0) }
        /// The address with every bit set.
        public var highest: IPAddress { self == .v4 ? .v4(.max) : .v6(high: .max, low: .max) }
    }

    /// The family of the address.
    public var family: Family {
        switch self {
        case .v4: .v4
        case .v6: .v6
        }
    }

    /// `0.0.0.0` or `::`.
    public var isUnspecified: Bool { self == family.unspecified }

    /// Whether it leads no further than this host or its links, or to many at once (RFC 6890): what
    /// a stranger names must not.
    public var isNearby: Bool {
        switch self {
        case .v4(let bits):
            // 0/8, 127/8, 169.254/16, and 224/4 with all above it.
            bits >> 24 == 0 || bits >> 24 == 127 || bits >> 16 == 0xA9FE || bits >> 28 >= 0xE
        case .v6(let high, let low):
            if high == 0, low >> 32 == 0xFFFF {
                IPAddress.v4(UInt32(truncatingIfNeeded: low)).isNearby
            } else {
                // ::/96 with ::1, fe80::/10, ff00::/8.
                high == 0 && low >> 32 == 0 || high >> 54 == 0xFE80 >> 6 || high >> 56 == 0xFF
            }
        }
    }

    /// Reads 4 or 16 octets in network order; any other count gives `nil`.
    public init?(octets: Span<UInt8>) {
        switch octets.count {
        case 4: self = .v4(UInt32(truncatingIfNeeded: Self.bigEndian(octets, 0..<4)))
        case 16:
            self = .v6(high: Self.bigEndian(octets, 0..<8), low: Self.bigEndian(octets, 8..<16))
        default: return nil
        }
    }

    /// Reads 4 or 16 octets in network order; any other count gives `nil`.
    public init?(octets: [UInt8]) {
        self.init(octets: octets.span)
    }

    private static func bigEndian(_ octets: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var value: UInt64 = 0
        for index in range { value = value << 8 | UInt64(octets[index]) }
        return value
    }

    /// Appends the address in network order: 4 or 16 octets.
    public func append(to octets: inout [UInt8]) {
        switch self {
        case .v4(let bits): Self.append(UInt64(bits), octetCount: 4, to: &octets)
        case .v6(let high, let low):
            Self.append(high, octetCount: 8, to: &octets)
            Self.append(low, octetCount: 8, to: &octets)
        }
    }

    private static func append(_ value: UInt64, octetCount: Int, to octets: inout [UInt8]) {
        var shift = octetCount * 8
        while shift > 0 {
            shift -= 8
            octets.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// The address in network order: 4 or 16 octets.
    public var octets: [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(family.octetCount)
        append(to: &octets)
        return octets
    }
}

// IPv4 sorts before IPv6; within a family by value.
extension IPAddress: Comparable {
    /// Whether `a` sorts before `b`.
    public static func < (a: IPAddress, b: IPAddress) -> Bool {
        switch (a, b) {
        case (.v4(let a), .v4(let b)): a < b
        case (.v6(let ah, let al), .v6(let bh, let bl)): (ah, al) < (bh, bl)
        case (.v4, .v6): true
        case (.v6, .v4): false
        }
    }
}
