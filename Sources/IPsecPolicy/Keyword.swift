import Policy

/// The words of a pattern and of properties.
enum Keyword: Hashable {
    case local, remote, localPort, remotePort
    case source, destination, sourceMask, destinationMask, sourcePort, destinationPort
    case nextLayer, type, code, direction
    case tunnel, negotiate, tunnelLocal, tunnelRemote
    case authentication, encryption, encryptionAuthentication, sharing

    static let pattern = Vocabulary<Keyword>([
        ("laddr", .local), ("local", .local), ("raddr", .remote), ("remote", .remote),
        ("lport", .localPort), ("rport", .remotePort),
        ("saddr", .source), ("src", .source), ("srcaddr", .source),
        ("daddr", .destination), ("dst", .destination), ("dest", .destination),
        ("dstaddr", .destination),
        ("smask", .sourceMask), ("dmask", .destinationMask),
        ("sport", .sourcePort), ("dport", .destinationPort),
        ("ulp", .nextLayer), ("proto", .nextLayer), ("type", .type), ("code", .code),
        ("dir", .direction), ("tunnel", .tunnel), ("negotiate", .negotiate),
        ("tlocal", .tunnelLocal), ("tremote", .tunnelRemote),
    ])

    static let properties = Vocabulary<Keyword>([
        ("encr_algs", .encryption), ("encr_auth_algs", .encryptionAuthentication),
        ("auth_algs", .authentication), ("sa", .sharing), ("dir", .direction),
    ])

    /// Whether the value has `-` or `..` in it that separate.
    var hasRanges: Bool { self == .type || self == .code }

    /// Whether it speaks of the packet's own ends, so that the action says which is ours.
    var isOfPacket: Bool {
        switch self {
        case .source, .destination, .sourceMask, .destinationMask, .sourcePort, .destinationPort:
            true
        default: false
        }
    }
}

/// The words between pattern and properties.
enum ActionWord: Hashable {
    case ipsec, apply, permit, bypass, drop

    static let vocabulary = Vocabulary<ActionWord>([
        ("ipsec", .ipsec), ("bypass", .bypass), ("pass", .bypass), ("drop", .drop),
        ("apply", .apply), ("permit", .permit),
    ])

    static let expected = "ipsec, bypass, pass, drop, apply or permit"
}
