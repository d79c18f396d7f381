import IPsec
import Net
import Policy

// What the parts of an entry must be to each other.

extension EntryParser {
    /// Puts an entry together; `nil`, after a message, when its parts do not fit.
    mutating func finish(_ draft: EntryDraft, _ actions: ActionsDraft) -> Entry? {
        do throws(Malformed) {
            var draft = draft
            try orient(&draft, actions)
            var pattern = draft.pattern
            pattern.direction = draft.direction ?? .both
            pattern.icmp = try icmp(of: draft)
            pattern.tunnel = try tunnel(of: draft)
            return Entry(pattern, try action(actions, of: draft, pattern))
        } catch {
            cursor.error(error)
            return nil
        }
    }

    /// Finds out which end of the packet is ours.
    private func orient(
        _ draft: inout EntryDraft, _ actions: ActionsDraft
    ) throws(Malformed) {
        let given = draft.direction
        switch actions.word {
        case .apply: draft.direction = .out
        case .permit: draft.direction = .in
        default: break
        }
        if let given, let meant = draft.direction, given != meant {
            throw Malformed(
                "direction '\(given.rawValue)' of an action that is for the other; expected "
                    + meant.rawValue, at: draft.places[.direction] ?? draft.start)
        }
        guard let place = draft.first(where: { $0.isOfPacket }) else { return }
        if draft.first(where: { $0.isOfHost }) != nil {
            throw Malformed(
                "source or destination beside local or remote; expected one kind", at: place)
        }
        if let mask = draft.places[.sourceMask], draft.source.address == nil {
            throw Malformed("smask without saddr; expected saddr", at: mask)
        }
        if let mask = draft.places[.destinationMask], draft.destination.address == nil {
            throw Malformed("dmask without daddr; expected daddr", at: mask)
        }
        let (mine, theirs): (EntryDraft.End, EntryDraft.End)
        switch draft.direction {
        case .out: (mine, theirs) = (draft.source, draft.destination)
        case .in: (mine, theirs) = (draft.destination, draft.source)
        case .both, nil:
            throw Malformed(
                "source or destination without a direction; expected 'dir out', 'dir in', or "
                    + "laddr and raddr", at: place)
        }
        draft.pattern.local = mine.masked
        draft.pattern.remote = theirs.masked
        draft.pattern.localPort = mine.port
        draft.pattern.remotePort = theirs.port
    }

    private func icmp(of draft: EntryDraft) throws(Malformed) -> Pattern.ICMP? {
        guard let types = draft.types else {
            if let place = draft.places[.code] {
                throw Malformed("code without type; expected type", at: place)
            }
            return nil
        }
        guard draft.pattern.nextLayer != nil else {
            throw Malformed(
                "type without protocol; expected 'ulp icmp' or 'ulp ipv6-icmp'",
                at: draft.places[.type] ?? draft.start)
        }
        return Pattern.ICMP(types: types, codes: draft.codes)
    }

    private func tunnel(of draft: EntryDraft) throws(Malformed) -> TunnelChoice? {
        let tunnel = TunnelChoice(
            interface: draft.tunnelInterface, mode: draft.mode ?? .tunnel,
            local: draft.tunnelLocal, remote: draft.tunnelRemote)
        if let local = tunnel.local, let remote = tunnel.remote, local.family != remote.family {
            throw Malformed(
                "tlocal and tremote are of different families; expected one",
                at: draft.places[.tunnelRemote] ?? draft.start)
        }
        if tunnel.interface == nil {
            if tunnel.local == nil, tunnel.remote == nil {
                guard let place = draft.places[.negotiate] else { return nil }
                throw Malformed(
                    "negotiate without a tunnel; expected tunnel, or tlocal and tremote", at: place)
            }
            if tunnel.local == nil || tunnel.remote == nil {
                throw Malformed(
                    "a tunnel with one end; expected tunnel, or both tlocal and tremote",
                    at: draft.places[.tunnelLocal] ?? draft.places[.tunnelRemote] ?? draft.start)
            }
            if tunnel.mode == .transport {
                throw Malformed(
                    "nothing wraps packets here; expected the tunnel interface that does",
                    at: draft.places[.negotiate] ?? draft.start)
            }
        }
        if tunnel.mode == .transport, let place = draft.first(where: { $0.isOfInnerPacket }) {
            throw Malformed(
                "SAs in transport mode protect all that the interface wraps; expected no addresses, "
                    + "protocol or ports", at: place)
        }
        return tunnel
    }

    private mutating func action(
        _ actions: ActionsDraft, of draft: EntryDraft, _ pattern: Pattern
    ) throws(Malformed) -> Entry.Action {
        switch actions.word {
        case .bypass: return .bypass
        case .drop: return .drop
        case .ipsec, .apply, .permit: break
        }
        let isTunnel = pattern.tunnel?.mode == .tunnel
        if isTunnel, let place = actions.bypass {
            throw Malformed(
                "a tunnel that may be passed by; the kernel takes that of transport mode only, "
                    + "expected ipsec", at: place)
        }
        var sharing = actions.sharing ?? .shared
        if pattern.tunnel != nil, sharing == .unique {
            cursor.warning(
                "'sa unique' has no effect in a tunnel", at: draft.places[.sharing] ?? draft.start)
            sharing = .shared
        }
        return .protect(
            actions.protections, sharing: sharing, orBypass: actions.bypass != nil)
    }
}

extension Keyword {
    /// Whether it speaks of our end or the other's.
    fileprivate var isOfHost: Bool {
        switch self {
        case .local, .remote, .localPort, .remotePort: true
        default: false
        }
    }

    /// Whether it speaks of the packet within a tunnel.
    fileprivate var isOfInnerPacket: Bool {
        isOfHost || isOfPacket || self == .nextLayer || self == .type || self == .code
    }
}
