/// How long the SAs of a rule live.
public struct Lifetimes: Hashable, Sendable {
    /// Seconds: an IKE SA is rekeyed before this age.
    public let ikeSeconds: UInt32
    /// Seconds until the kernel discards a Child SA.
    public let childSeconds: UInt32
    /// Seconds until a Child SA is rekeyed; below ``childSeconds``.
    public let childSoftSeconds: UInt32
    /// KiB after which the kernel discards a Child SA; `nil`: no limit.
    public let childKilobytes: UInt64?
    /// KiB after which a Child SA is rekeyed; `nil`: no limit.
    public let childSoftKilobytes: UInt64?
    /// Seconds without traffic after which a Child SA is probed, then deleted; `nil`: never.
    public let idleSeconds: UInt32?

    /// The lifetimes given; soft ones default to 90 % of the hard ones.
    public init(
        ikeSeconds: UInt32 = 14400, childSeconds: UInt32 = 28800, childSoftSeconds: UInt32? = nil,
        childKilobytes: UInt64? = nil, childSoftKilobytes: UInt64? = nil,
        idleSeconds: UInt32? = nil
    ) {
        self.ikeSeconds = ikeSeconds
        self.childSeconds = childSeconds
        self.childSoftSeconds = childSoftSeconds ?? childSeconds - childSeconds.tenthUp
        self.childKilobytes = childKilobytes
        self.childSoftKilobytes =
            childSoftKilobytes ?? childKilobytes.map { $0 - $0.tenthUp }
        self.idleSeconds = idleSeconds
    }
}

extension UnsignedInteger where Self: FixedWidthInteger {
    /// A tenth, rounded up: for every number but 0 a soft limit that much lower stays below.
    fileprivate var tenthUp: Self { self / 10 + (self % 10 == 0 ? 0 : 1) }
}
