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

    let url: String
    let body: Body?
    let proxy: Proxy?
    let longest: Int

    /// A GET, or a POST of the body if there is one.
    ///
    /// - Parameter longest: more octets of an answer are not taken.
    public init(url: String, body: Body? = nil, proxy: Proxy? = nil, longest: Int) {
        self.url = url
        self.body = body
        self.proxy = proxy
        self.longest = longest
    }
}
