/// What has been decided so far.
public struct FrontDoorCounters: Sendable {
    /// Datagrams that are no IKE message, and IKE_SA_INIT requests that cannot be one.
    public internal(set) var malformed: UInt64 = 0
    /// Of another version than IKEv2.
    public internal(set) var otherVersion: UInt64 = 0
    /// Cookies that strangers were asked for.
    public internal(set) var cookiesSent: UInt64 = 0
    /// Those that came back.
    public internal(set) var cookiesAccepted: UInt64 = 0
    /// Shown when one was wanted, and not ours, or too old, or somebody else's.
    public internal(set) var cookiesWrong: UInt64 = 0
    /// Dropped: from where they come too many are half open.
    public internal(set) var blocked: UInt64 = 0
    /// Dropped: too many are half open in all.
    public internal(set) var full: UInt64 = 0
    /// Dropped: the workers are too far behind.
    public internal(set) var stalled: UInt64 = 0
}
