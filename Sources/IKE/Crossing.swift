import IPsec
import Net
import Policy
import Wire

// Both ends may begin an IKE SA at once, since traffic met a policy at both. One is enough; RFC 7296
// leaves it to us which.

extension Engine {
    /// Looks for a second IKE SA of the same making as one that has just come to stand.
    ///
    /// One of ours that the peer has not answered yet is given up. Of two that stand, the one with
    /// the higher SPI of its initiator stays. That initiator knows that both ends hold it, so it
    /// deletes the other: at no moment is there none that both ends hold.
    func settleCrossing(_ sa: IKESA) {
        for other in table.with(peer: sa.remote.address) where other !== sa {
            if case .initiating(let initiation) = other.state, sa.serves(initiation, of: other) {
                debug(.phase1, "\(name(other)): the peer's IKE SA came first; ours is given up")
                let tasks = other.queue
                remove(other)
                for task in tasks { enqueue(task, sa) }
                continue
            }
            let (ours, theirs) = sa.role == .initiator ? (sa, other) : (other, sa)
            guard ours.role == .initiator, theirs.role == .responder,
                ours.initiatorSPI.rawValue > theirs.initiatorSPI.rawValue,
                ours.crosses(theirs), ours.serves(all: theirs)
            else { continue }
            notice("\(name(theirs)): both ends began at once; the IKE SA of the peer's is deleted")
            for child in theirs.children { retire(child, of: theirs) }
            enqueue(.deleteIKESA(because: "it is redundant"), theirs)
        }
    }
}

extension IKESA {
    /// Whether two SAs of the same rule with the same peer were made at the same time.
    fileprivate func crosses(_ other: IKESA) -> Bool {
        guard let session, let theirs = other.session, session.rule.label == theirs.rule.label,
            session.peer == theirs.peer, local.address == other.local.address,
            let establishedAt, let theirTime = other.establishedAt
        else { return false }
        return createdAt <= theirTime && other.createdAt <= establishedAt
    }

    /// Whether it has the Child SA that another of the same rule is being made for.
    fileprivate func serves(_ initiation: Initiation, of other: IKESA) -> Bool {
        session?.rule.label == initiation.rule.label && local.address == other.local.address
            && children.contains { $0.isInstalled && $0.target == initiation.child.target }
    }

    /// Whether it has a Child SA for each that the other has.
    fileprivate func serves(all other: IKESA) -> Bool {
        !other.children.isEmpty
            && other.children.allSatisfy { child in
                child.isInstalled
                    && children.contains { $0.isInstalled && $0.target == child.target }
            }
    }
}
