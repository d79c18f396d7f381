import CLibevent

/// A URL of HTTP: where to connect to, and what to ask for there.
struct HTTPURL {
    /// A name, or an address without brackets.
    let host: String
    let port: UInt16
    /// Path and query.
    let target: String
    /// The host as the URL has it, with the port unless that is the usual one.
    let authority: String

    /// `nil` for what is no URL of HTTP, or has a user's name in it.
    init?(_ text: String) {
        // What libevent puts into a request must not end its line.
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let uri = evhttp_uri_parse(text)
        else { return nil }
        defer { evhttp_uri_free(uri) }
        guard let scheme = evhttp_uri_get_scheme(uri),
            String(cString: scheme).lowercased() == "http",
            evhttp_uri_get_userinfo(uri) == nil, let name = evhttp_uri_get_host(uri)
        else { return nil }
        let host = String(cString: name)
        let number = evhttp_uri_get_port(uri)
        guard !host.isEmpty, let port = UInt16(exactly: number == -1 ? 80 : number), port > 0
        else { return nil }
        self.port = port
        self.host =
            host.hasPrefix("[") && host.hasSuffix("]")
            ? String(host.dropFirst().dropLast()) : host
        authority = port == 80 ? host : "\(host):\(port)"
        let path = evhttp_uri_get_path(uri).map { String(cString: $0) } ?? ""
        let query = evhttp_uri_get_query(uri).map { "?" + String(cString: $0) } ?? ""
        target = (path.isEmpty ? "/" : path) + query
    }

    /// Where a `Location` field leads from here: a whole URL, or another path of the same host.
    func redirected(to location: String) -> HTTPURL? {
        location.hasPrefix("/") && !location.hasPrefix("//")
            ? HTTPURL("http://\(authority)\(location)") : HTTPURL(location)
    }
}
