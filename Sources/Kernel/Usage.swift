import CLinux

/// What went through an SA since it was added.
public struct Usage: Hashable, Sendable {
    /// Octets of the packets.
    public let octets: UInt64
    /// The number of packets.
    public let packets: UInt64
    /// When the last one went, in seconds of the system's clock since 1970; `nil` where none did, and
    /// from kernels that do not keep it.
    public let lastUse: UInt64?

    /// Usage from its parts.
    public init(octets: UInt64, packets: UInt64, lastUse: UInt64?) {
        self.octets = octets
        self.packets = packets
        self.lastUse = lastUse
    }

    /// From the kernel's message about an SA; `nil` when that is cut short.
    init?(_ message: Span<UInt8>) {
        guard let state = message.load(xfrm_usersa_info.self) else { return nil }
        self.init(
            octets: state.curlft.bytes, packets: state.curlft.packets,
            lastUse: message.load(
                XFRMA_LASTUSED, from: attributesOffset(after: xfrm_usersa_info.self),
                as: UInt64.self))
    }
}
