/// What SAs are written to: `config/kernel`.
public enum KernelInterface: Hashable, Sendable {
    /// The kernel's SAD, over netlink XFRM.
    case xfrm
    /// Nothing: policies and acquires are read, SAs go nowhere.
    case dryRun
}
