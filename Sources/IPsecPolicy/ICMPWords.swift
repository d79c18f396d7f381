import Policy

/// The words for types and codes of ICMP messages.
enum ICMPWords {
    static let types = Vocabulary<UInt8>([
        ("unreach", 3), ("echo", 8), ("echorep", 0), ("squench", 4), ("redir", 5), ("timex", 11),
        ("paramprob", 12), ("timest", 13), ("timestrep", 14), ("inforeq", 15), ("inforep", 16),
        ("maskreq", 17), ("maskrep", 18),
        ("unreach6", 1), ("pkttoobig6", 2), ("timex6", 3), ("paramprob6", 4), ("echo6", 128),
        ("echorep6", 129), ("router-sol6", 133), ("router-ad6", 134), ("neigh-sol6", 135),
        ("neigh-ad6", 136), ("redir6", 137),
    ])

    static let codes = Vocabulary<UInt8>([
        ("net-unr", 0), ("host-unr", 1), ("proto-unr", 2), ("port-unr", 3), ("needfrag", 4),
        ("srcfail", 5), ("net-unk", 6), ("host-unk", 7), ("isolate", 8), ("net-prohib", 9),
        ("host-prohib", 10), ("net-tos", 11), ("host-tos", 12), ("filter-prohib", 13),
        ("host-preced", 14), ("cutoff-preced", 15),
        ("no-route6", 0), ("adm-prohib6", 1), ("addr-unr6", 3), ("port-unr6", 4),
        ("hop-limex6", 0), ("frag-re-timex6", 1), ("err-head6", 0), ("unrec-head6", 1),
        ("unreq-opt6", 2),
    ])
}
