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
