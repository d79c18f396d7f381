import CLinux

/// Why a netlink request failed: the error number, and what the kernel says about it.
struct NetlinkError: Error, Hashable {
    /// The error number.
    let code: CInt
    /// The kernel's own words (NETLINK_EXT_ACK), or ours where the kernel was not the one to object.
    let explanation: String?

    init(_ code: CInt, explanation: String? = nil) {
        self.code = code
        self.explanation = explanation
    }

    /// What the last system call left in `errno`.
    static var last: NetlinkError { NetlinkError(netlink_errno()) }
}
