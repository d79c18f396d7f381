import CLinux
import IPsec
import IPsecPolicy
import Kernel
import Net

extension Surroundings {
    /// The names of this host: what its resolver, services(5) and protocols(5) know, and its
    /// interfaces.
    static func host() throws(ToolFailure) -> Surroundings {
        let links: LinkTable
        do throws(KernelError) { links = try LinkTable() } catch {
            throw ToolFailure(error.description)
        }
        return Surroundings(
            addresses: { Self.addresses(of: $0) },
            port: { SystemNames.port($0) }, nextLayer: { SystemNames.nextLayer($0) },
            interface: { name in
                do throws(KernelError) { return try links.interface(name) } catch { return nil }
            })
    }

    /// The addresses of a host, or of a network by networks(5).
    private static func addresses(of name: String) -> [IPAddress] {
        var hints = addrinfo()
        // Each address once, and not once for each kind of socket.
        hints.ai_socktype = Int32(truncatingIfNeeded: PROCESS_STREAM_SOCKET)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else {
            return getnetbyname(name).map { [.v4($0.pointee.n_net)] } ?? []
        }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next {
            if let address = IPAddress(entry.pointee), !addresses.contains(address) {
                addresses.append(address)
            }
            next = entry.pointee.ai_next
        }
        return addresses
    }
}

extension IPAddress {
    /// What the resolver answers; `nil` for other families.
    fileprivate init?(_ entry: addrinfo) {
        guard let address = entry.ai_addr else { return nil }
        let raw = UnsafeRawPointer(address)
        let octets: [UInt8]
        switch entry.ai_family {
        case AF_INET:
            let name = raw.loadUnaligned(as: sockaddr_in.self)
            octets = withUnsafeBytes(of: name.sin_addr) { Array($0) }
        case AF_INET6:
            let name = raw.loadUnaligned(as: sockaddr_in6.self)
            octets = withUnsafeBytes(of: name.sin6_addr) { Array($0) }
        default: return nil
        }
        guard let address = IPAddress(octets: octets) else { return nil }
        self = address
    }
}
