/// What is logged: the categories of `config/debug_level` and `ikeadm set debug`.
public struct DebugCategories: OptionSet, Hashable, Sendable {
    /// One bit for each category, with the numbers that Solaris gave them.
    public let rawValue: UInt32

    /// The categories of these bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Certificates and their validation.
    public static let cert = DebugCategories(rawValue: 1 << 0)
    /// Key management; never key octets.
    public static let key = DebugCategories(rawValue: 1 << 1)
    /// Operation: start, stop, refresh, SAs that come and go.
    public static let op = DebugCategories(rawValue: 1 << 2)
    /// IKE SAs.
    public static let phase1 = DebugCategories(rawValue: 1 << 3)
    /// Child SAs.
    public static let phase2 = DebugCategories(rawValue: 1 << 4)
    /// Messages to and from the kernel.
    public static let pfkey = DebugCategories(rawValue: 1 << 5)
    /// Which rule applies and why.
    public static let policy = DebugCategories(rawValue: 1 << 6)
    /// Proposals and what became of them.
    public static let prop = DebugCategories(rawValue: 1 << 7)
    /// The control socket.
    public static let door = DebugCategories(rawValue: 1 << 8)
    /// The configuration files.
    public static let config = DebugCategories(rawValue: 1 << 9)
    /// Labels.
    public static let label = DebugCategories(rawValue: 1 << 10)
    /// More of everything.
    public static let verbose = DebugCategories(rawValue: 1 << 11)
    /// Every category.
    public static let all = DebugCategories(rawValue: (1 << 12) - 1)
}
