import CLibevent
import CLinux
import Net

extension UDPSocket {
    /// Lets the kernel take ESP out of the datagrams that begin with an SPI (RFC 3948). From then
    /// on it delivers only those that begin with the non-ESP marker, marker included.
    public func enableESPInUDP() throws(ReactorError) {
        try Self.set(
            descriptor, Int32(IPPROTO_UDP), UDP_ENCAP, UDP_ENCAP_ESPINUDP,
            "take ESP from UDP port \(port)")
    }

    /// Exempts the socket from IPsec policies both ways, so that IKE is not told to wait for the
    /// SA it is about to make (RFC 4301, section 5). Needs `CAP_NET_ADMIN`.
    public func bypassPolicy() throws(ReactorError) {
        for direction in [XFRM_POLICY_IN, XFRM_POLICY_OUT] {
            var policy = xfrm_userpolicy_info()
            policy.sel.family = UInt16(truncatingIfNeeded: family.number)
            policy.action = UInt8(XFRM_POLICY_ALLOW)
            policy.dir = UInt8(truncatingIfNeeded: direction)
            let option = family == .v4 ? IP_XFRM_POLICY : IPV6_XFRM_POLICY
            let accepted = withUnsafeBytes(of: policy) {
                Self.set(descriptor, family.level, option, $0)
            }
            guard accepted else { throw ReactorError("exempt UDP port \(port) from IPsec") }
        }
    }

    /// Octets the kernel may hold for us: a burst of some hundred datagrams.
    private static let kernelBuffer: Int32 = 1 << 20

    static func open(_ family: IPAddress.Family) throws(ReactorError) -> Descriptor {
        let type = SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let descriptor = try Descriptor(
            owning: socket(family.number, Int32(type), 0), from: "open a UDP socket")
        if family == .v6 {
            // To be said before it is bound.
            try set(descriptor, family.level, IPV6_V6ONLY, 1, "keep IPv4 off an IPv6 socket")
        }
        return descriptor
    }

    static func prepare(
        _ descriptor: Descriptor, _ family: IPAddress.Family
    ) throws(ReactorError) {
        let level = family.level
        try set(descriptor, SOL_SOCKET, SO_RCVBUF, kernelBuffer, "size the receive buffer")
        switch family {
        case .v4:
            try set(descriptor, level, IP_PKTINFO, 1, "ask for destination addresses")
            try set(
                descriptor, level, IP_MTU_DISCOVER, IP_PMTUDISC_DONT, "allow fragmentation")
        case .v6:
            try set(descriptor, level, IPV6_RECVPKTINFO, 1, "ask for destination addresses")
            try set(
                descriptor, level, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT, "allow fragmentation")
        }
    }

    /// Whether a descriptor is a UDP socket that is bound to the wildcard address and this port.
    static func isBound(
        _ descriptor: Descriptor, family: IPAddress.Family, port: UInt16
    ) -> Bool {
        var type: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor.number, SOL_SOCKET, SO_TYPE, &type, &size) == 0,
            type == Int32(SOCK_DGRAM.rawValue),
            process_make_nonblocking(descriptor.number) == 0
        else { return false }
        var name = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let known = withSockaddr(&name) { getsockname(descriptor.number, $0, &length) }
        return known == 0
            && SocketAddress(at: &name) == SocketAddress(family.unspecified, port: port)
    }

    /// Binds to the wildcard address and returns the port.
    static func bind(
        _ descriptor: Descriptor, family: IPAddress.Family, port: UInt16
    ) throws(ReactorError) -> UInt16 {
        var name = sockaddr_in6()
        var length = SocketAddress(family.unspecified, port: port).write(to: &name)
        let bound = withSockaddr(&name) { CLinux.bind(descriptor.number, $0, length) }
        guard bound == 0 else { throw ReactorError("bind UDP port \(port)") }
        let known = withSockaddr(&name) { getsockname(descriptor.number, $0, &length) }
        guard known == 0, let address = SocketAddress(at: &name) else {
            throw ReactorError("read the bound UDP port")
        }
        return address.port
    }

    private static func withSockaddr<Result>(
        _ name: inout sockaddr_in6, _ body: (UnsafeMutablePointer<sockaddr>) -> Result
    ) -> Result {
        withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
        }
    }

    private static func set(
        _ descriptor: Descriptor, _ level: Int32, _ option: Int32, _ value: Int32,
        _ operation: @autoclosure () -> String
    ) throws(ReactorError) {
        guard withUnsafeBytes(of: value, { set(descriptor, level, option, $0) }) else {
            throw ReactorError(operation())
        }
    }

    private static func set(
        _ descriptor: Descriptor, _ level: Int32, _ option: Int32, _ value: UnsafeRawBufferPointer
    ) -> Bool {
        setsockopt(
            descriptor.number, level, option, value.baseAddress, socklen_t(value.count)) == 0
    }
}

extension IPAddress.Family {
    /// The level of the family's socket options.
    fileprivate var level: Int32 { Int32(self == .v4 ? IPPROTO_IP : IPPROTO_IPV6) }
}
