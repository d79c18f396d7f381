import CLinux
import IPsec
import Net

/// The addresses of this host, and the way out to others, as the kernel's routing has them.
public final class HostAddresses {
    private let requests: NetlinkSocket
    private let notifications: NetlinkSocket
    /// Datagrams that one call of ``hasChanged()`` takes, so that others get their turn.
    private static let receiveLimit = 256

    /// Begins to listen for changes.
    public init() throws(KernelError) {
        do throws(NetlinkError) {
            requests = try NetlinkSocket(NETLINK_ROUTE)
            notifications = try NetlinkSocket(
                NETLINK_ROUTE,
                groups: [
                    RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE,
                    RTNLGRP_IPV6_ROUTE,
                ].map { $0.rawValue })
        } catch {
            throw KernelError(error, during: "open routing")
        }
    }

    /// Readable when something has changed; for the event loop to watch, not to read.
    public var notificationDescriptor: Int32 { notifications.descriptor }

    /// Takes in what has changed, without waiting for more. What it was does not matter: who wants
    /// to know asks anew.
    public func takeChanges() throws(KernelError) {
        for _ in 0..<Self.receiveLimit {
            do throws(NetlinkError) {
                try notifications.receive(flags: CInt(truncatingIfNeeded: MSG_DONTWAIT)) { _ in }
            } catch {
                switch error.code {
                case EAGAIN: return
                case ENOBUFS, EMSGSIZE: continue
                default: throw KernelError(error, during: "read the changes of routing")
                }
            }
        }
    }

    /// The addresses that others can reach us by: of interfaces that are up, and neither of this
    /// host nor of one link alone.
    public func addresses() throws(KernelError) -> [IPAddress] {
        do throws(NetlinkError) {
            let interfaces = Set(
                try requests.dump(
                    type: Int(RTM_GETLINK), completing: { $0.append(ifinfomsg()) }
                ) { type, message -> UInt32? in
                    guard Int(type) == Int(RTM_NEWLINK), let link = message.load(ifinfomsg.self),
                        link.ifi_flags & UInt32(IFF_UP.rawValue) != 0
                    else { return nil }
                    return UInt32(bitPattern: link.ifi_index)
                })
            return try requests.dump(
                type: Int(RTM_GETADDR), completing: { $0.append(ifaddrmsg()) }
            ) { type, message -> IPAddress? in
                guard Int(type) == Int(RTM_NEWADDR), let entry = message.load(ifaddrmsg.self),
                    interfaces.contains(entry.ifa_index),
                    UInt32(entry.ifa_scope) < RT_SCOPE_LINK.rawValue,
                    Int32(entry.ifa_flags) & (IFA_F_TENTATIVE | IFA_F_DADFAILED) == 0
                else { return nil }
                let offset = attributesOffset(after: ifaddrmsg.self)
                // Of a link between two points IFA_ADDRESS is the other end's.
                let local = message.attribute(
                    UInt16(truncatingIfNeeded: IFA_LOCAL), from: offset)
                let address = message.attribute(
                    UInt16(truncatingIfNeeded: IFA_ADDRESS), from: offset)
                guard let range = local ?? address else { return nil }
                return IPAddress(octets: message.extracting(range))
            }
        } catch {
            throw KernelError(error, during: "read the addresses")
        }
    }

    /// The address that packets to another are sent from; `nil` where no route leads there.
    public func source(for destination: IPAddress) throws(KernelError) -> IPAddress? {
        var request = NetlinkRequest(type: Int(RTM_GETROUTE), flags: NLM_F_ACK)
        let bits = destination.family.bitWidth
        request.append(rtmsg.self) {
            $0.rtm_family = UInt8(truncatingIfNeeded: destination.family.xfrm)
            $0.rtm_dst_len = UInt8(truncatingIfNeeded: bits)
        }
        request.append(UInt16(truncatingIfNeeded: RTA_DST.rawValue)) {
            $0.append(destination.octets.span)
        }
        var source: IPAddress?
        do throws(NetlinkError) {
            try requests.perform(&request) { type, message in
                guard Int(type) == Int(RTM_NEWROUTE),
                    let range = message.attribute(
                        UInt16(truncatingIfNeeded: RTA_PREFSRC.rawValue),
                        from: attributesOffset(after: rtmsg.self))
                else { return }
                source = IPAddress(octets: message.extracting(range))
            }
        } catch {
            switch error.code {
            case ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL: return nil
            default: throw KernelError(error, during: "look for a route to \(destination)")
            }
        }
        return source
    }
}
