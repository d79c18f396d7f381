import Net
import Wire

/// An identity that a rule accepts from the peer: one `remote_id`.
public enum RemoteIdentity: Hashable, Sendable {
    /// Every identity.
    case any
    /// This identity only.
    case exact(Identification)
    /// An address identity (ID_IPV4_ADDR, ID_IPV6_ADDR) within the range.
    case addresses(IPRange)
}
