import Net

/// The last failures with each peer, for an administrator who asks why.
///
/// Whoever knocks can cause some, in any peer's name, as fast as datagrams come. So the peers whom
/// a rule names, and those who have proved who they are, are kept apart from strangers; of one peer
/// those failures that anybody can cause take a few places only; what happens again is counted, not
/// kept again; and words are made for it now and then, not each time.
struct Failures {
    /// Failures of one peer: a tunnel has few ways to fail at a time.
    static let mostOfPeer = 8
    /// Of those the ones that anybody can cause.
    static let mostUnproved = 3
    /// Peers that are known. The one that has been quiet for the longest goes.
    static let mostKnown = 1024
    /// Strangers: an administrator looks for one that knocks now.
    static let mostStrangers = 64
    /// Octets of words in all that are kept of either kind of peers: of known ones, and of
    /// strangers.
    static let mostOctets = 512 << 10
    /// Words for what anybody can cause are made anew after so long.
    static let wordsPause = Interval.seconds(10)

    private var known = Circle(most: mostKnown)
    private var strangers = Circle(most: mostStrangers)

    /// Takes note of a failure.
    ///
    /// - Parameter isKnown: whether a rule names the peer's address, or it has proved who it is.
    mutating func note(_ failure: Failure, isKnown: Bool) {
        if isKnown || failure.isGenuine {
            known.note(failure)
        } else {
            strangers.note(failure)
        }
    }

    /// The failures with a peer, the last one first.
    func with(_ peer: IPAddress) -> [Failure] {
        (known[peer] + strangers[peer]).sorted { $1.last < $0.last }
    }

    /// An SA with a peer stands: whatever failed before is past.
    mutating func settle(with peer: IPAddress, at now: Instant) {
        known.settle(with: peer, at: now)
        strangers.settle(with: peer, at: now)
    }

    /// When an SA with a peer came to stand last, of those with whom one has failed.
    func lastSuccess(with peer: IPAddress) -> Instant? {
        [known.lastSuccess(with: peer), strangers.lastSuccess(with: peer)].compactMap { $0 }.max()
    }

    /// Whether words for a failure that anybody can cause are worth their making: there are none
    /// as yet, or they are old.
    func lacksWords(
        _ attempt: Failure.Attempt, _ cause: Failure.Cause, _ peer: IPAddress, at now: Instant
    ) -> Bool {
        known[peer].allSatisfy { failure in
            failure.attempt != attempt || failure.cause != cause
                || failure.wordedAt.map { Self.wordsPause < now.since($0) } ?? true
        }
    }

    /// Peers of one kind, each with its failures.
    private struct Circle {
        private struct Entry {
            var failures: [Failure]
            var last: Instant
            var success: Instant?
            /// Octets of the words.
            var octets: Int { failures.reduce(0) { $0 + $1.octetCount } }
        }

        private let most: Int
        private var entries: [IPAddress: Entry] = [:]
        private var octets = 0

        init(most: Int) {
            self.most = most
        }

        subscript(peer: IPAddress) -> [Failure] { entries[peer]?.failures ?? [] }

        func lastSuccess(with peer: IPAddress) -> Instant? { entries[peer]?.success }

        mutating func settle(with peer: IPAddress, at now: Instant) {
            entries[peer]?.success = now
        }

        mutating func note(_ failure: Failure) {
            let peer = failure.pair.remote.address
            var entry = entries.removeValue(forKey: peer) ?? Entry(failures: [], last: failure.last)
            octets -= entry.octets
            entry.failures.add(failure)
            entry.last = failure.last
            let room = Failures.mostOctets - entry.octets
            while entries.count >= most || octets > room, !entries.isEmpty { dropQuietest() }
            octets += entry.octets
            entries[peer] = entry
        }

        private mutating func dropQuietest() {
            guard let (peer, entry) = entries.min(by: { $0.value.last < $1.value.last }) else {
                return
            }
            octets -= entry.octets
            entries[peer] = nil
        }
    }
}

extension Failure {
    /// Octets of its words.
    fileprivate var octetCount: Int {
        let difference = reason.difference
        let parts = [
            reason.summary, difference?.offered, difference?.accepted, difference?.proposed,
            difference?.nearestMiss,
        ]
        return parts.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
    }
}

extension [Failure] {
    /// Counts what has happened before, or takes in what has not; then something has to go.
    fileprivate mutating func add(_ failure: Failure) {
        if let place = firstIndex(where: { $0.isLike(failure) && $0.isToBeCounted(failure) }) {
            var known = remove(at: place)
            if !failure.isWordless {
                known.reason = failure.reason
                known.wordedAt = failure.wordedAt
            }
            known.last = failure.last
            known.count &+= 1
            append(known)
            return
        }
        append(failure)
        if !failure.isGenuine, count(where: { !$0.isGenuine }) > Failures.mostUnproved {
            removeFirst { !$0.isGenuine }
        } else if count > Failures.mostOfPeer {
            // What anybody can cause goes before what is known to have been.
            let hasUnproved = contains { !$0.isGenuine }
            removeFirst { !$0.isGenuine || !hasUnproved }
        }
    }

    private mutating func removeFirst(where isLeast: (Failure) -> Bool) {
        if let place = firstIndex(where: isLeast) { remove(at: place) }
    }
}

extension Failure {
    /// Whether another of the same kind is this one again.
    fileprivate func isToBeCounted(_ other: Failure) -> Bool {
        reason == other.reason || isWordless || other.isWordless
    }
}
