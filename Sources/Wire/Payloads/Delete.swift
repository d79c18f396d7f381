/// The Delete payload (RFC 7296 §3.11).
public enum Delete: Hashable, Sendable {
    /// The IKE SA that protects the message, and with it its Child SAs.
    case ikeSA
    /// Child SAs of AH or ESP, each named by the SPI that the sender expects in packets it
    /// receives. RFC 7296 §1.4.1 allows SPIs that are not known.
    case childSAs(SecurityProtocol, [ChildSPI])
}

extension Delete: CustomStringConvertible {
    /// How many SPIs are worth a reader's time.
    private static let describedSPIs = 4

    /// `IKE`, `ESP 0x00000102 0x00000304`.
    public var description: String {
        switch self {
        case .ikeSA: return SecurityProtocol.ike.name
        case .childSAs(let `protocol`, let spis):
            var text = `protocol`.name
            for spi in spis.prefix(Self.describedSPIs) { text += " \(spi)" }
            let more = spis.count - Self.describedSPIs
            return more > 0 ? "\(text) and \(more) more" : text
        }
    }
}

extension Delete {
    init(_ octets: Span<UInt8>, _ cursor: inout Cursor) throws(WireError) {
        let `protocol` = SecurityProtocol(rawValue: try cursor.read(UInt8.self, octets))
        let spiLength = Int(try cursor.read(UInt8.self, octets))
        let stated = Int(try cursor.read(UInt16.self, octets))
        switch `protocol` {
        case .ike:
            // The SPIs are those of the header (RFC 7296 §3.11).
            guard spiLength == 0 else { throw cursor.error(.length(spiLength)) }
            guard stated == 0 else { throw cursor.error(.count(stated: stated)) }
            self = .ikeSA
        case .ah, .esp:
            guard spiLength == ChildSPI.octetCount || stated == 0 else {
                throw cursor.error(.length(spiLength))
            }
            guard cursor.rest.count == stated * ChildSPI.octetCount else {
                throw cursor.error(.count(stated: stated))
            }
            var spis: [ChildSPI] = []
            spis.reserveCapacity(stated)
            while !cursor.isAtEnd {
                spis.append(ChildSPI(try cursor.read(UInt32.self, octets)))
            }
            self = .childSAs(`protocol`, spis)
        default: throw cursor.error(.securityProtocol(`protocol`))
        }
    }

    func append(to octets: inout [UInt8]) {
        switch self {
        case .ikeSA: octets.append(bigEndian: UInt32(SecurityProtocol.ike.rawValue) << 24)
        case .childSAs(let `protocol`, let spis):
            let spis = spis.prefix(Int(UInt16.max))
            octets.append(`protocol`.rawValue)
            octets.append(UInt8(ChildSPI.octetCount))
            octets.append(bigEndian: UInt16(truncatingIfNeeded: spis.count))
            for spi in spis { octets.append(bigEndian: spi.rawValue) }
        }
    }
}
