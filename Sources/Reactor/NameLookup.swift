import CLibevent
import CLinux
import Net

/// Learns the addresses of a host by its name.
final class NameLookup {
    /// The handler, while nobody has been told.
    private var completed: (([IPAddress]) -> Void)?
    private var request: OpaquePointer?

    /// More addresses of a host are not looked at.
    private static let most = 16

    /// The handler is called once, perhaps before ``begin(_:_:)`` returns, unless the lookup is
    /// cancelled before; without an address where there is none.
    init(_ completed: @escaping ([IPAddress]) -> Void) {
        self.completed = completed
    }

    /// Begins to ask.
    func begin(_ name: String, _ resolver: OpaquePointer) {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        // libevent answers once, whether cancelled or not, and later than that; so long this lives.
        let request = evdns_getaddrinfo(
            resolver, name, nil, &hints,
            { _, found, context in
                guard let context else { return }
                let lookup = Unmanaged<NameLookup>.fromOpaque(context).takeRetainedValue()
                lookup.finish(NameLookup.addresses(in: found))
                if let found { evutil_freeaddrinfo(found) }
            }, Unmanaged.passRetained(self).toOpaque())
        // It has none when it has been answered at once.
        if completed != nil { self.request = request }
    }

    /// Ends it; the handler is not called any more.
    func cancel() {
        completed = nil
        if let request { evdns_getaddrinfo_cancel(request) }
        request = nil
    }

    private func finish(_ addresses: [IPAddress]) {
        request = nil
        let completed = completed
        self.completed = nil
        completed?(addresses)
    }

    private static func addresses(in found: UnsafeMutablePointer<addrinfo>?) -> [IPAddress] {
        var addresses: [IPAddress] = []
        var next = found
        while let entry = next, addresses.count < most {
            var name = sockaddr_in6()
            let length = min(Int(entry.pointee.ai_addrlen), MemoryLayout<sockaddr_in6>.size)
            if let octets = entry.pointee.ai_addr {
                withUnsafeMutableBytes(of: &name) {
                    $0.copyMemory(from: UnsafeRawBufferPointer(start: octets, count: length))
                }
            }
            if let address = SocketAddress(at: &name)?.address { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return addresses
    }
}
