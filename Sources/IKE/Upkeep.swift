import IPsec
import Net
import Policy
import Wire

/// The rules whose SAs are to stand without waiting for traffic (`immediate yes`), and when each is
/// looked after next.
struct Upkeep {
    private struct Turn {
        var due: Instant?
        /// How often in a row its SAs have been begun.
        var attempt: UInt8 = 0
    }

    /// What a rule waits at the most before its SAs are begun again: a peer that comes back is
    /// missed no longer than that.
    private static let longestPause = Interval.seconds(300)

    private var turns: [String: Turn] = [:]

    /// When the next rule is due; `nil` when all its SAs stand, or there is none.
    var next: Instant? {
        var earliest: Instant?
        for case let due? in turns.values.map({ $0.due }) {
            earliest = earliest.map { min($0, due) } ?? due
        }
        return earliest
    }

    /// Looks after these rules, each of them at once, and no longer after others.
    mutating func follow(_ rules: [Rule], at now: Instant) {
        var followed: [String: Turn] = [:]
        for rule in rules where rule.immediate {
            var turn = turns[rule.label] ?? Turn()
            turn.due = now
            followed[rule.label] = turn
        }
        turns = followed
    }

    /// An SA of a rule has ended, or was begun and may come to nothing: the rule has its turn again
    /// after a while, longer each time.
    mutating func postpone(_ label: String, at now: Instant, jitter: UInt8) {
        guard var turn = turns[label], turn.due == nil else { return }
        turn.due =
            now + Backoff.pause(after: turn.attempt, jitter: jitter, atMost: Self.longestPause)
        turn.attempt = turn.attempt < .max ? turn.attempt + 1 : .max
        turns[label] = turn
    }

    /// All SAs of a rule stand.
    mutating func settle(_ label: String) {
        guard turns[label] != nil else { return }
        turns[label] = Turn()
    }

    /// Takes the rules whose turn has come.
    mutating func takeDue(at now: Instant) -> [String] {
        var labels: [String] = []
        for (label, turn) in turns {
            guard let due = turn.due, due <= now else { continue }
            turns[label]?.due = nil
            labels.append(label)
        }
        return labels.sorted()
    }
}

extension Engine {
    /// Begins what is missing of the rules whose turn has come.
    func keepUp() {
        guard departure == nil else { return }
        let labels = upkeep.takeDue(at: now)
        for rule in rules.rules where labels.contains(rule.label) {
            if bringUp(rule) {
                upkeep.settle(rule.label)
            } else {
                upkeep.postpone(rule.label, at: now, jitter: randomJitter())
            }
        }
    }

    /// Begins what is missing of a rule; `true` when nothing was.
    @discardableResult
    func bringUp(_ rule: Rule) -> Bool {
        let missing = wanted(by: rule).filter { wish in
            !holds(rule, wish.remote) { $0.hasInstalled(wish.request.target) }
        }
        for (request, local, remote) in missing
        where !holds(rule, remote, where: { $0.isNegotiating(request.target) }) {
            serve(request, local: local, remote: remote)
        }
        return missing.isEmpty
    }

    /// A Child SA or IKE SA of a rule has ended.
    func missed(_ rule: Rule?) {
        guard let rule, rule.immediate else { return }
        upkeep.postpone(rule.label, at: now, jitter: randomJitter())
    }

    /// The Child SAs that the policies ask for, as far as they are the rule's and say who the peer
    /// is.
    private func wanted(
        by rule: Rule
    ) -> [(request: ChildRequest, local: IPAddress, remote: IPAddress)] {
        policies.outbound.compactMap { policy in
            guard let template = policy.template,
                let local = template.source ?? policy.selector.source.onlyAddress,
                let remote = template.destination ?? policy.selector.destination.onlyAddress
            else { return nil }
            let request = ChildRequest(policy, template)
            let first = rules.covering(local: local, remote: remote)
                .first { $0.serves(request.target) }
            return first === rule ? (request, local, remote) : nil
        }
    }

    /// Whether there is an IKE SA of a rule's with a peer of which something holds.
    private func holds(
        _ rule: Rule, _ remote: IPAddress, where condition: (IKESA) -> Bool
    ) -> Bool {
        table.with(peer: remote).contains { $0.rule?.label == rule.label && condition($0) }
    }
}

extension IKESA {
    fileprivate func hasInstalled(_ target: ChildSA.Target) -> Bool {
        children.contains { $0.isInstalled && $0.target == target }
    }

    /// Whether a Child SA for it has been asked for, or is about to be.
    fileprivate func isNegotiating(_ target: ChildSA.Target) -> Bool {
        let current: ChildRequest? =
            switch state {
            case .initiating(let initiation): initiation.child
            case .authenticating(let authenticating): authenticating.child.request
            case .established(let session):
                if case .createChild(let proposal) = session.exchange {
                    proposal.request
                } else {
                    nil
                }
            case .responding, .halfOpen, .superseded, .deleting, .closed: nil
            }
        if current?.target == target { return true }
        return (queue + postponed.map { $0.task }).contains { task in
            if case .createChild(let request, _) = task { request.target == target } else { false }
        }
    }
}

extension IPRange {
    /// Its address, when there is only one in it.
    fileprivate var onlyAddress: IPAddress? { first == last ? first : nil }
}
