import CLibevent
import CLinux
import Net

extension IPAddress.Family {
    /// `AF_INET` or `AF_INET6`.
    var number: Int32 { self == .v4 ? AF_INET : AF_INET6 }
}

extension IPAddress {
    init(_ address: in_addr) {
        self = .v4(UInt32(bigEndian: address.s_addr))
    }

    init(_ address: in6_addr) {
        self = withUnsafeBytes(of: address) { octets in
            .v6(
                high: UInt64(bigEndian: octets.loadUnaligned(as: UInt64.self)),
                low: UInt64(
                    bigEndian: octets.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }

    /// Whether the address means something on one link only: fe80::/10 (RFC 4291, section 2.5.6).
    var isLinkLocal: Bool {
        switch self {
        case .v4: false
        case .v6(let high, _): high >> 54 == 0xfe80 >> 6
        }
    }
}

extension in_addr {
    init(bits: UInt32) {
        self.init(s_addr: bits.bigEndian)
    }
}

extension in6_addr {
    init(high: UInt64, low: UInt64) {
        self.init()
        withUnsafeMutableBytes(of: &self) { octets in
            octets.storeBytes(of: high.bigEndian, as: UInt64.self)
            octets.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
    }
}

extension SocketAddress {
    /// Reads what the kernel wrote: a `sockaddr_in` or `sockaddr_in6` in memory for the larger.
    init?(at pointer: UnsafePointer<sockaddr_in6>) {
        switch Int32(pointer.pointee.sin6_family) {
        case AF_INET:
            let name = UnsafeRawPointer(pointer).load(as: sockaddr_in.self)
            self.init(IPAddress(name.sin_addr), port: UInt16(bigEndian: name.sin_port))
        case AF_INET6:
            let name = pointer.pointee
            let address = IPAddress(name.sin6_addr)
            self.init(
                address, port: UInt16(bigEndian: name.sin6_port),
                zone: address.isLinkLocal ? name.sin6_scope_id : 0)
        default:
            return nil
        }
    }

    /// Writes the `sockaddr_in` or `sockaddr_in6` and returns its length in octets.
    func write(to pointer: UnsafeMutablePointer<sockaddr_in6>) -> socklen_t {
        switch address {
        case .v4(let bits):
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = port.bigEndian
            name.sin_addr = in_addr(bits: bits)
            UnsafeMutableRawPointer(pointer).storeBytes(of: name, as: sockaddr_in.self)
            return socklen_t(MemoryLayout<sockaddr_in>.size)
        case .v6(let high, let low):
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = port.bigEndian
            name.sin6_addr = in6_addr(high: high, low: low)
            name.sin6_scope_id = zone
            pointer.pointee = name
            return socklen_t(MemoryLayout<sockaddr_in6>.size)
        }
    }
}
