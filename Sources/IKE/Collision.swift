import Wire

/// Both ends have replaced the same SA at once, each in an exchange of its own. Both exchanges
/// succeed; one of the two new SAs is deleted again, by the end that began the exchange which made
/// it (RFC 7296 §2.8.1, §2.8.2).
enum Collision {
    /// Whose new SA stays.
    enum Survivor {
        case ours, theirs
    }

    /// The SA made with the lowest of the four nonces goes.
    static func survivor(ours: Nonces, theirs: Nonces) -> Survivor {
        ours.lowest.lexicographicallyPrecedes(theirs.lowest) ? .theirs : .ours
    }
}

extension Nonces {
    /// Octet by octet; where one ends that is alike so far, it is the lower (RFC 7296 §2.8.1).
    fileprivate var lowest: [UInt8] {
        responder.lexicographicallyPrecedes(initiator) ? responder : initiator
    }
}
