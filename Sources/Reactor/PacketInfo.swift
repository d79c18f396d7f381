import CLinux
import Net

/// The control message that names our own end of a datagram: `IP_PKTINFO` or `IPV6_PKTINFO`.
enum PacketInfo {
    /// Room for the larger of the two, in octets.
    static let capacity = linux_cmsg_space(MemoryLayout<in6_pktinfo>.size)

    /// The address to which a received datagram was sent.
    static func destination(of message: UnsafeMutablePointer<msghdr>) -> (IPAddress, zone: UInt32)?
    {
        var next = linux_cmsg_first(message)
        while let control = next {
            let data = UnsafeRawPointer(linux_cmsg_data(control))
            let header = control.pointee
            switch (header.cmsg_level, header.cmsg_type, data) {
            case (Int32(IPPROTO_IP), IP_PKTINFO, let data?):
                return (IPAddress(data.loadUnaligned(as: in_pktinfo.self).ipi_addr), zone: 0)
            case (Int32(IPPROTO_IPV6), IPV6_PKTINFO, let data?):
                let info = data.loadUnaligned(as: in6_pktinfo.self)
                let address = IPAddress(info.ipi6_addr)
                return (address, zone: address.isLinkLocal ? info.ipi6_ifindex : 0)
            default:
                next = linux_cmsg_next(message, control)
            }
        }
        return nil
    }

    /// Writes the address to send from; the kernel chooses one when it is unspecified.
    static func write(
        source: SocketAddress, to control: UnsafeMutableRawPointer,
        of message: inout msghdr
    ) {
        message.msg_control = control
        switch source.address {
        case let address where address.isUnspecified:
            message.msg_controllen = 0
        case .v4(let bits):
            var info = in_pktinfo()
            info.ipi_spec_dst = in_addr(bits: bits)
            write(info, level: Int32(IPPROTO_IP), type: IP_PKTINFO, of: &message)
        case .v6(let high, let low):
            let info = in6_pktinfo(
                ipi6_addr: in6_addr(high: high, low: low), ipi6_ifindex: source.zone)
            write(info, level: Int32(IPPROTO_IPV6), type: IPV6_PKTINFO, of: &message)
        }
    }

    private static func write<Info>(
        _ info: Info, level: Int32, type: Int32, of message: inout msghdr
    ) {
        message.msg_controllen = linux_cmsg_space(MemoryLayout<Info>.size)
        guard let header = linux_cmsg_first(&message), let data = linux_cmsg_data(header) else {
            return
        }
        header.pointee.cmsg_len = linux_cmsg_length(MemoryLayout<Info>.size)
        header.pointee.cmsg_level = level
        header.pointee.cmsg_type = type
        UnsafeMutableRawPointer(data).storeBytes(of: info, as: Info.self)
    }
}
