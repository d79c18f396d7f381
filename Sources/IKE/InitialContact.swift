import Net
import Policy
import Wire

// INITIAL_CONTACT (RFC 7296 §2.4): an end that has just started tells the other that whatever SAs it
// still holds between the same two identities are of old. Addresses do not come into it: who
// started anew may have another, and who shares an address is somebody else.

/// The identities that the two ends of an IKE SA have proved to each other.
struct Identities: Hashable {
    let ours: Identification
    let peers: Identification
}

extension Engine {
    /// Whether we are certain to hold no other SA with whoever the rule says the peer is. Where it
    /// leaves that open we never are.
    func isFirstContact(_ sa: IKESA, _ rule: Rule, as ours: Identification) -> Bool {
        var pairs: Set<Identities> = []
        for wanted in rule.remoteIDs {
            guard case .exact(let identity) = wanted else { return false }
            pairs.insert(Identities(ours: ours, peers: identity))
        }
        if rule.remoteIDs.isEmpty {
            guard rule.remoteAuthentication == .preshared else { return false }
            pairs.insert(Identities(ours: ours, peers: Identification(sa.remote.address)))
        }
        guard pairs.allSatisfy({ table.with($0).isEmpty }) else { return false }
        // Of one that is still being made nobody knows yet whose it is.
        return table.with(peer: sa.remote.address).allSatisfy { other in
            guard other !== sa, !other.isOver else { return true }
            return other.identities.map { !pairs.contains($0) } ?? false
        }
    }

    /// The peer has just started and forgot the SAs that stood before: they go without a word to
    /// it. Those that came to stand while this one was being made are none of them: two hosts may
    /// begin at once.
    func forgetOthers(than sa: IKESA) {
        guard let identities = sa.identities else { return }
        for other in table.with(identities) where other !== sa {
            guard let established = other.establishedAt, established < sa.createdAt else {
                continue
            }
            notice("\(name(other)): the peer has started anew; its old SAs are removed")
            remove(other)
        }
    }
}

extension IKESA {
    /// Whether only its last response is left of it.
    fileprivate var isOver: Bool {
        if case .closed = state { true } else { false }
    }
}
