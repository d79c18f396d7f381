/// The Notify payload (RFC 7296 §3.10).
public struct Notify: Hashable, Sendable {
    /// Whose SA ``spi`` names; of no meaning without one.
    public let `protocol`: SecurityProtocol
    /// The SPI of the SA that is meant; often empty. Its length is whatever the peer gave.
    public let spi: [UInt8]
    /// What is said.
    public let type: NotifyType
    /// What the type defines.
    public let data: [UInt8]

    /// A payload from its parts; most name no SA.
    public init(
        protocol: SecurityProtocol = .none, spi: [UInt8] = [], type: NotifyType, data: [UInt8] = []
    ) {
        self.protocol = `protocol`
        self.spi = spi
        self.type = type
        self.data = data
    }
}

extension Notify {
    init(_ octets: Span<UInt8>, _ cursor: inout Cursor) throws(WireError) {
        `protocol` = SecurityProtocol(rawValue: try cursor.read(UInt8.self, octets))
        let spiLength = Int(try cursor.read(UInt8.self, octets))
        type = NotifyType(rawValue: try cursor.read(UInt16.self, octets))
        spi = [UInt8](octets, try cursor.take(spiLength))
        data = [UInt8](octets, cursor.takeRest())
    }

    func append(to octets: inout [UInt8]) {
        let spi = spi.prefix(Int(UInt8.max))
        octets.append(`protocol`.rawValue)
        octets.append(UInt8(truncatingIfNeeded: spi.count))
        octets.append(bigEndian: type.rawValue)
        octets += spi
        octets += data
    }
}
