/// Payloads one after the other, each announcing the type of the next (RFC 7296 §3.2).
public enum PayloadChain {
    /// No honest message comes near: the longest that are known, with certificate chains and
    /// tens of notifications, have about thirty.
    public static let maximumPayloads = 100
}
