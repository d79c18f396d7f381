import CLinux
import IPsec
import Net

/// The kernel's IPsec: its policies, what it asks for, and the SAs that we give it.
///
/// It alone writes to the kernel's SADB. Policies belong to the administrator and are only read.
public final class XFRM {
    let requests: NetlinkSocket
    private let notifications: NetlinkSocket
    let isDryRun: Bool
    /// Notifications were lost, and the caller has not heard yet.
    private var hasOverrun = false

    /// Octets of notifications that may wait for us: some ten thousand of them.
    private static let notificationRoom: CInt = 4 << 20
    /// Datagrams that one call of ``receive(_:)`` takes, so that others get their turn.
    private static let receiveLimit = 256

    /// Opens the way to the kernel and begins to collect notifications.
    ///
    /// In a dry run SAs are accepted and forgotten, while policies and acquires are read as usual.
    public convenience init(dryRun: Bool = false) throws(KernelError) {
        try self.init(dryRun: dryRun, notificationRoom: Self.notificationRoom)
    }

    /// The same with another room for notifications, in octets.
    init(dryRun: Bool, notificationRoom: CInt) throws(KernelError) {
        isDryRun = dryRun
        do throws(NetlinkError) {
            requests = try NetlinkSocket(NETLINK_XFRM)
            notifications = try NetlinkSocket(
                NETLINK_XFRM,
                groups: [
                    XFRMNLGRP_ACQUIRE, XFRMNLGRP_EXPIRE, XFRMNLGRP_POLICY, XFRMNLGRP_MAPPING,
                ].map { $0.rawValue })
            notifications.setReceiveBuffer(octets: notificationRoom)
        } catch {
            throw KernelError(error, during: "open XFRM")
        }
    }

    /// Readable when notifications wait; for the event loop to watch, not to read.
    public var notificationDescriptor: Int32 { notifications.descriptor }

    // MARK: Policies and notifications

    /// Every policy of the kernel that plays a part in negotiation: none of single sockets.
    public func policies() throws(KernelError) -> [SecurityPolicy] {
        try requests.policies()
    }

    /// Hands over the notifications that wait, without waiting for more; at most
    /// ``receiveLimit`` of them, and the descriptor stays readable when there are others.
    ///
    /// ``Notification/overrun`` comes when all that the kernel could keep has been handed over, so
    /// that what the caller reads then is newer than anything it was told before.
    public func receive(_ body: (Notification) -> Void) throws(KernelError) {
        for _ in 0..<Self.receiveLimit {
            var received: [Notification] = []
            do throws(NetlinkError) {
                try notifications.receive(flags: CInt(truncatingIfNeeded: MSG_DONTWAIT)) {
                    datagram in
                    var messages = NetlinkMessages()
                    while let message = messages.next(of: datagram) {
                        let payload = datagram.extracting(message.payload)
                        if let notification = Notification(
                            type: message.header.nlmsg_type, payload: payload)
                        {
                            received.append(notification)
                        }
                    }
                }
            } catch {
                switch error.code {
                case ENOBUFS, EMSGSIZE: hasOverrun = true
                case EAGAIN:
                    if hasOverrun {
                        hasOverrun = false
                        body(.overrun)
                    }
                    return
                default: throw KernelError(error, during: "read the kernel's notifications")
                }
            }
            // Only now, since the receiver may well come back to us.
            for notification in received { body(notification) }
        }
    }

    // MARK: SAs

    /// Adds an SA. Throws ``KernelError/spiInUse(_:)`` when there is one of that name.
    public func add(_ entry: SADEntry) throws(KernelError) {
        guard !isDryRun else { return }
        let direction = entry.direction == .inbound ? "inbound" : "outbound"
        let operation = "add \(direction) \(entry.id)"
        guard var request = NetlinkRequest(adding: entry) else {
            throw .failed(
                operation: operation, code: EPROTONOSUPPORT,
                explanation: "no name for \(entry.suite)")
        }
        defer { request.erase() }
        try perform(&request, about: entry.id, during: operation)
    }

    /// Removes an SA. Throws ``KernelError/unknownSA(_:)`` when there is none of that name.
    ///
    /// An SA with a mark is found by its mark only.
    public func remove(
        _ id: SADEntry.ID, source: IPAddress? = nil, mark: Mark? = nil
    ) throws(KernelError) {
        guard !isDryRun else { return }
        var request = NetlinkRequest(type: XFRM_MSG_DELSA, id, source: source, mark: mark)
        try perform(&request, about: id, during: "remove \(id)")
    }

    /// What went through an SA. Throws ``KernelError/unknownSA(_:)`` when there is none of that
    /// name. In a dry run nothing ever does.
    public func usage(of id: SADEntry.ID, mark: Mark? = nil) throws(KernelError) -> Usage {
        try state(of: id, mark: mark)?.usage ?? Usage(octets: 0, packets: 0, lastUse: nil)
    }

    /// What the kernel holds of an SA. Throws ``KernelError/unknownSA(_:)`` when there is none of
    /// that name. `nil` in a dry run.
    public func state(
        of id: SADEntry.ID, mark: Mark? = nil, withKeys: Bool = false
    ) throws(KernelError) -> SADState? {
        guard !isDryRun else { return nil }
        var request = NetlinkRequest(type: XFRM_MSG_GETSA, id, mark: mark)
        var state: SADState?
        let operation = "read \(id)"
        try perform(&request, about: id, during: operation) { type, message in
            if Int(type) == XFRM_MSG_NEWSA { state = SADState(message, withKeys: withKeys) }
        }
        guard let state else {
            throw .failed(operation: operation, code: EBADMSG, explanation: nil)
        }
        return state
    }

    /// The names of all SAs in the kernel, whoever added them; larval ones have none.
    public func entries() throws(KernelError) -> [SADEntry.ID] {
        do throws(NetlinkError) {
            return try requests.dump(type: XFRM_MSG_GETSA) {
                type, message in
                guard Int(type) == XFRM_MSG_NEWSA else { return nil }
                return message.load(xfrm_usersa_info.self).flatMap { SADEntry.ID($0) }
            }
        } catch {
            throw KernelError(error, during: "read the SAs")
        }
    }

    /// Makes a request about an SA.
    func perform(
        _ request: inout NetlinkRequest, about id: SADEntry.ID, during operation: String,
        each body: (UInt16, Span<UInt8>) -> Void = { _, _ in }
    ) throws(KernelError) {
        do throws(NetlinkError) {
            try requests.perform(&request, each: body)
        } catch {
            throw switch error.code {
            case EEXIST: .spiInUse(id)
            case ESRCH: .unknownSA(id)
            default: KernelError(error, during: operation)
            }
        }
    }
}
