import CLinux
import IPsec
import Net

/// The interfaces of this host, as far as they are tunnels.
public final class LinkTable {
    private let requests: NetlinkSocket

    /// Opens the way to the kernel.
    public init() throws(KernelError) {
        do throws(NetlinkError) {
            requests = try NetlinkSocket(NETLINK_ROUTE)
        } catch {
            throw KernelError(error, during: "open routing")
        }
    }

    /// The interface of a name; `nil` where there is none.
    public func interface(_ name: String) throws(KernelError) -> TunnelInterface? {
        var request = NetlinkRequest(type: Int(RTM_GETLINK), flags: NLM_F_ACK)
        request.append(ifinfomsg.self) { _ in }
        request.append(UInt16(truncatingIfNeeded: IFLA_IFNAME)) {
            $0.append((Array(name.utf8) + [0]).span)
        }
        var found: TunnelInterface?
        do throws(NetlinkError) {
            try requests.perform(&request) { type, message in
                guard Int(type) == Int(RTM_NEWLINK) else { return }
                found = TunnelInterface(link: message)
            }
        } catch {
            guard error.code != ENODEV else { return nil }
            throw KernelError(error, during: "look at the interface '\(name)'")
        }
        return found
    }
}

extension TunnelInterface {
    /// What the kernel's message about an interface says of it.
    init(link message: Span<UInt8>) {
        let offset = attributesOffset(after: ifinfomsg.self)
        guard
            let info = message.attribute(
                UInt16(truncatingIfNeeded: IFLA_LINKINFO), from: offset)
        else {
            self.init(kind: .other("an interface of its own"))
            return
        }
        let attributes = message.extracting(info)
        var kind = ""
        if let range = attributes.attribute(UInt16(truncatingIfNeeded: IFLA_INFO_KIND), from: 0) {
            for index in range where attributes[index] != 0 {
                kind.unicodeScalars.append(Unicode.Scalar(attributes[index]))
            }
        }
        let data = attributes.attribute(UInt16(truncatingIfNeeded: IFLA_INFO_DATA), from: 0)
        self.init(kind, attributes.extracting(data ?? 0..<0))
    }

    private init(_ kind: String, _ data: Span<UInt8>) {
        switch kind {
        case "ipip", "sit", "ip6tnl":
            let next = data.octet(UInt16(truncatingIfNeeded: IFLA_IPTUN_PROTO))
            // What is left open may be either; sit and ip6tnl carry IPv6 then, ipip IPv4.
            let usual = kind == "ipip" ? IPPROTO_IPIP : IPPROTO_IPV6
            self.init(
                kind: .wrapping(
                    protocolID: next == 0 ? UInt8(truncatingIfNeeded: usual) : next),
                local: data.address(UInt16(truncatingIfNeeded: IFLA_IPTUN_LOCAL)),
                remote: data.address(UInt16(truncatingIfNeeded: IFLA_IPTUN_REMOTE)))
        case "gre", "gretap", "ip6gre", "ip6gretap":
            self.init(
                kind: .wrapping(protocolID: UInt8(truncatingIfNeeded: IPPROTO_GRE)),
                local: data.address(UInt16(truncatingIfNeeded: IFLA_GRE_LOCAL)),
                remote: data.address(UInt16(truncatingIfNeeded: IFLA_GRE_REMOTE)))
        case "vti", "vti6":
            let inbound = data.word(UInt16(truncatingIfNeeded: IFLA_VTI_IKEY))
            let outbound = data.word(UInt16(truncatingIfNeeded: IFLA_VTI_OKEY))
            self.init(
                // The device puts the keys into marks as they travel, in network order.
                kind: .vti(
                    inbound: UInt32(bigEndian: inbound), outbound: UInt32(bigEndian: outbound)),
                local: data.address(UInt16(truncatingIfNeeded: IFLA_VTI_LOCAL)),
                remote: data.address(UInt16(truncatingIfNeeded: IFLA_VTI_REMOTE)))
        case "xfrm":
            self.init(
                kind: .xfrm(interfaceID: data.word(UInt16(truncatingIfNeeded: IFLA_XFRM_IF_ID))))
        default: self.init(kind: .other(kind.isEmpty ? "an interface of its own" : kind))
        }
    }
}

extension Span where Element == UInt8 {
    /// The address in an attribute; `nil` where it says none.
    fileprivate func address(_ type: UInt16) -> IPAddress? {
        guard let range = attribute(type, from: 0),
            let address = IPAddress(octets: extracting(range)), !address.isUnspecified
        else { return nil }
        return address
    }

    /// The octet in an attribute; 0 where there is none.
    fileprivate func octet(_ type: UInt16) -> UInt8 {
        guard let range = attribute(type, from: 0), !range.isEmpty else { return 0 }
        return self[range.lowerBound]
    }

    /// The 32 bits in an attribute; 0 where there is none.
    fileprivate func word(_ type: UInt16) -> UInt32 {
        guard let range = attribute(type, from: 0) else { return 0 }
        return load(UInt32.self, at: range.lowerBound) ?? 0
    }
}
