import Net
import Policy
import Wire

// Fragments of sealed messages (RFC 7383): when they are sent, and which are kept.

/// Messages that went in fragments.
public struct FragmentCounters: Sendable {
    /// Sent.
    public internal(set) var sent: UInt64 = 0
    /// Received, and put together.
    public internal(set) var received: UInt64 = 0
    /// Of which not all fragments came in time.
    public internal(set) var givenUp: UInt64 = 0
}

// MARK: - Agreement

extension Engine {
    /// IKE_SA_INIT of the peer has come: fragments are used when both ends announce that they
    /// understand them (RFC 7383 §2.3).
    func agreeOnFragmentation(_ contents: Contents, sa: IKESA) {
        guard settings.fragmentationMTU != nil, contents.has(.fragmentationSupported) else {
            return
        }
        sa.fragmentation = Fragmentation()
    }
}

// MARK: - Sending

extension Engine {
    /// Octets of headers before an IKE message: those of IP without options and of UDP, and the
    /// non-ESP marker on the port shared with ESP (RFC 3948 §2.2).
    private func headerOctets(for sa: IKESA) -> Int {
        let ip =
            switch sa.local.address.family {
            case .v4: 20
            case .v6: 40
            }
        return ip + 8 + (sa.local.port == settings.nattPort ? 4 : 0)
    }

    /// Octets that a sealed message to the peer may have in one datagram.
    func largestMessage(for sa: IKESA) -> Int {
        guard sa.fragmentation != nil, let mtu = settings.fragmentationMTU else { return .max }
        return Int(mtu) - headerOctets(for: sa)
    }
}

// MARK: - Receiving

extension Engine {
    /// Whether a fragment may be of use, seen before anything is computed for it. What it says of
    /// itself is not authentic yet, so it changes nothing.
    func isWanted(_ fragment: Fragment, octetCount: Int, of header: Header, sa: IKESA) -> Bool {
        guard fragment.total <= Reassembly.Limit.fragments else {
            complain(
                .fragments,
                "\(sa.remote): \(header): SKF(\(fragment)) dropped: a message is taken in no more "
                    + "than \(Reassembly.Limit.fragments) fragments")
            return false
        }
        guard let begun = sa.fragmentation?[header], begun.total >= fragment.total else {
            return true
        }
        guard begun.total == fragment.total, !begun.holds(fragment) else {
            debug(.verbose, "\(sa.remote): \(header): SKF(\(fragment)) again, or late; dropped")
            return false
        }
        guard begun.octets + octetCount <= Reassembly.Limit.octets else {
            complain(
                .fragments,
                "\(sa.remote): \(header): SKF(\(fragment)) dropped: a message of more than "
                    + "\(Reassembly.Limit.octets) octets")
            return false
        }
        return true
    }

    /// Keeps an authentic fragment with the others of its message, which is forgotten here when
    /// all of them have come. More fragments than those that are here are the message divided
    /// anew, for a smaller MTU (RFC 7383 §2.6).
    func keep(
        _ text: [UInt8], of fragment: Fragment, _ firstPayload: PayloadType, of header: Header,
        sa: IKESA
    ) -> Reassembly {
        let isStranger = sa.establishedAt == nil
        let message: Reassembly
        if let begun = sa.fragmentation?[header], begun.total == fragment.total {
            message = begun
        } else {
            message = Reassembly(
                header, total: fragment.total, at: now,
                account: isStranger ? strangersFragments : nil)
        }
        if isStranger { makeRoom(for: text.count, of: sa) }
        message.take(text, of: fragment, firstPayload: firstPayload)
        debug(.verbose, "<- \(sa.remote) \(header): SKF(\(fragment))")
        sa.fragmentation?[header] = message.isComplete ? nil : message
        if message.isComplete { fragmentCounters.received += 1 }
        return message
    }

    /// Forgets the fragments of other strangers when there are too many. One who means it sends
    /// all fragments of a message at one go, and again when no answer comes: nobody can take up
    /// the room for long.
    private func makeRoom(for octets: Int, of sa: IKESA) {
        guard strangersFragments.octets + octets > StrangersFragments.limit else { return }
        complain(
            .full,
            "\(sa.remote): peers that have not proved themselves have sent too many fragments; "
                + "the other peers' are dropped")
        for other in table.all where other !== sa && other.establishedAt == nil {
            other.fragmentation?.clear()
        }
    }

    /// Gives up messages of which fragments have been missing for too long; whether there were any.
    func giveUpFragments(of sa: IKESA) -> Bool {
        var areLate = false
        while let message = sa.fragmentation?.popLate(at: now) {
            areLate = true
            fragmentCounters.givenUp += 1
            warn(
                sa, .fragments,
                "\(name(sa)): only \(message) came within \(Reassembly.Limit.lifetime); dropped")
        }
        return areLate
    }
}
