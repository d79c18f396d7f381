import Net

/// The ports of a traffic selector (RFC 7296 §3.13.1).
public enum PortSelector: Hashable, Sendable {
    /// Packets with a port in the range. For ICMP and ICMPv6 the number is type × 256 + code.
    case range(PortRange)
    /// Packets whose ports cannot be seen, as fragments after the first (RFC 4301 §4.4.1.1); on
    /// the wire a start of 65535 and an end of 0.
    case opaque

    /// Every port, and packets of protocols that have none.
    public static let any = PortSelector.range(.any)
}
