import IPsec
import Net

/// What the names of a file stand for on this host.
public struct Surroundings {
    /// The addresses of a host; none for a name that nobody knows.
    public let addresses: (String) -> [IPAddress]
    /// The port of a service.
    public let port: (String) -> UInt16?
    /// The number of a protocol above IP.
    public let nextLayer: (String) -> UInt8?
    /// A tunnel interface; `nil` where there is no interface of that name.
    public let interface: (String) -> TunnelInterface?

    /// Names by those who know them.
    public init(
        addresses: @escaping (String) -> [IPAddress], port: @escaping (String) -> UInt16?,
        nextLayer: @escaping (String) -> UInt8?,
        interface: @escaping (String) -> TunnelInterface?
    ) {
        self.addresses = addresses
        self.port = port
        self.nextLayer = nextLayer
        self.interface = interface
    }
}
