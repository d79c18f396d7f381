/// What is asked for by HTTP.
public struct HTTPRequest: Sendable {
    /// What a request brings along.
    public struct Body: Sendable {
        let type: String
        let octets: [UInt8]

        /// Octets of a media type.
        public init(type: String, octets: [UInt8]) {
            self.type = type
            self.octets = octets
        }
    }

    /// Whom to go through.
    public struct Proxy: Sendable {
        let host: String
        let port: UInt16

        /// A name or an address, and a port.
        public init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }
    }

    /// Who named the URL.
    public enum Origin: Sendable {
        /// Somebody who is believed.
        case believed
        /// Anybody. Nothing is asked of this host or its links then, and no redirection is followed.
        case stranger
    }

    let url: String
    let origin: Origin
    let body: Body?
    let proxy: Proxy?
    let longest: Int

    /// A GET, or a POST of the body if there is one.
    ///
    /// - Parameters:
    ///   - origin: who named the URL.
    ///   - longest: more octets of an answer are not taken.
    public init(
        url: String, of origin: Origin = .believed, body: Body? = nil, proxy: Proxy? = nil,
        longest: Int
    ) {
        self.origin = origin
        self.url = url
        self.body = body
        self.proxy = proxy
        self.longest = longest
    }
}
