import CLinux
import IPsec
import Net
import Wire

extension NetlinkRequest {
    /// The request that adds an SA; `nil` when XFRM does not have one of its algorithms.
    init?(adding entry: SADEntry) {
        self.init(type: XFRM_MSG_NEWSA, flags: NLM_F_ACK)
        let replay = Replay(entry)
        append(xfrm_usersa_info.self) { $0.set(entry, replay) }
        guard appendAlgorithms(of: entry) else { return nil }
        if case .bitmap(let window) = replay {
            // The kernel supplies the bitmap itself, all zero.
            var state = xfrm_replay_state_esn()
            state.bmp_len = (window + 31) / 32
            state.replay_window = window
            append(XFRMA_REPLAY_ESN_VAL, state)
        }
        if let encapsulation = entry.encapsulation {
            append(XFRMA_ENCAP) { $0.append(xfrm_encap_tmpl.self) { $0.set(encapsulation) } }
        }
        if let mark = entry.mark { append(XFRMA_MARK, mark.xfrm) }
        if entry.interfaceID != 0 { append(XFRMA_IF_ID, entry.interfaceID) }
    }

    /// The request that removes (`XFRM_MSG_DELSA`) or reads (`XFRM_MSG_GETSA`) an SA.
    init(type: Int, _ id: SADEntry.ID, source: IPAddress? = nil, mark: Mark? = nil) {
        self.init(type: type, flags: NLM_F_ACK)
        append(xfrm_usersa_id.self) { $0.set(id) }
        if let source { append(XFRMA_SRCADDR, source.xfrm) }
        if let mark { append(XFRMA_MARK, mark.xfrm) }
    }
}

/// How the kernel is told of the replay window.
private enum Replay {
    /// In the SA's own field, for small windows; 0 checks nothing.
    case field(UInt8)
    /// In an attribute of its own, for large ones and for extended sequence numbers.
    case bitmap(UInt32)

    /// What the SA's own field can tell.
    private static let fieldLimit: UInt32 = 32
    /// What the kernel takes (`XFRMA_REPLAY_ESN_MAX`, in bits).
    private static let limit = UInt32(XFRMA_REPLAY_ESN_MAX)

    init(_ entry: SADEntry) {
        // Nothing arrives by an outbound SA; but extended sequence numbers need a window there too.
        let wanted = entry.direction == .inbound ? min(entry.replayWindow, Self.limit) : 0
        if entry.suite.extendedSequenceNumbers {
            self = .bitmap(max(wanted, 1))
        } else if wanted > Self.fieldLimit {
            self = .bitmap(wanted)
        } else {
            self = .field(UInt8(truncatingIfNeeded: wanted))
        }
    }
}

extension xfrm_usersa_info {
    /// Describes an entry; fields not set here are zero before.
    fileprivate mutating func set(_ entry: SADEntry, _ replay: Replay) {
        let outer = entry.id.destination.family
        if let selector = entry.selector { sel.set(selector) }
        id.daddr = entry.id.destination.xfrm
        id.spi = entry.id.spi.rawValue.bigEndian
        id.proto = entry.id.protocolID.xfrm
        saddr = entry.source.xfrm
        lft = entry.lifetime.xfrm
        seq = entry.sequence
        reqid = entry.reqid
        family = outer.xfrm
        mode = entry.mode.xfrm
        if case .field(let window) = replay { replay_window = window }
        flags = UInt8(truncatingIfNeeded: Self.flags(of: entry, outer: outer))
    }

    private static func flags(of entry: SADEntry, outer: IPAddress.Family) -> Int32 {
        var flags: Int32 = 0
        if entry.suite.extendedSequenceNumbers { flags |= XFRM_STATE_ESN }
        // Without it the kernel takes the outer family for that of the packets within.
        if entry.mode == .tunnel, entry.selector?.source.family != outer {
            flags |= XFRM_STATE_AF_UNSPEC
        }
        // RFC 4302 §3.3.3.2.1.1 aligns AH to four octets in IPv4; the kernel's habit is eight.
        if entry.id.protocolID == .ah, outer == .v4 { flags |= XFRM_STATE_ALIGN4 }
        return flags
    }
}

extension SADEntry.Lifetime {
    /// The limits as XFRM holds them, counted from when the SA is added.
    fileprivate var xfrm: xfrm_lifetime_cfg {
        /// `XFRM_INF`, a limit that is never reached.
        let never = UInt64.max
        var limits = xfrm_lifetime_cfg()
        limits.soft_byte_limit = softOctets ?? never
        limits.hard_byte_limit = hardOctets ?? never
        limits.soft_packet_limit = never
        limits.hard_packet_limit = never
        // For times, 0 means never.
        limits.soft_add_expires_seconds = softSeconds ?? 0
        limits.hard_add_expires_seconds = hardSeconds ?? 0
        return limits
    }
}

extension xfrm_encap_tmpl {
    /// The encapsulation of RFC 3948.
    mutating func set(_ encapsulation: SADEntry.UDPEncapsulation) {
        encap_type = UInt16(truncatingIfNeeded: UDP_ENCAP_ESPINUDP)
        encap_sport = encapsulation.sourcePort.bigEndian
        encap_dport = encapsulation.destinationPort.bigEndian
    }
}

extension xfrm_usersa_id {
    /// The name of an SA, as requests carry it.
    fileprivate mutating func set(_ id: SADEntry.ID) {
        daddr = id.destination.xfrm
        spi = id.spi.rawValue.bigEndian
        family = id.destination.family.xfrm
        proto = id.protocolID.xfrm
    }
}
