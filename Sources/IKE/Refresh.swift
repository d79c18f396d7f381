import Policy

extension Engine {
    /// Puts a refreshed configuration in place. SAs of rules that are gone end; those of rules
    /// that stay, changed or not, go on.
    func refresh(_ configuration: Policy.Configuration, _ keys: PresharedKeys) {
        var byLabel: [String: Rule] = [:]
        for rule in configuration.rules { byLabel[rule.label] = rule }
        var old: [String: Rule] = [:]
        for rule in rules.rules { old[rule.label] = rule }
        rules = RuleIndex(configuration.rules)
        upkeep.follow(configuration.rules, at: now)
        presharedKeys = keys
        for rule in configuration.rules {
            if let previous = old[rule.label] {
                if previous != rule { notice("refresh: rule '\(rule.label)' changed") }
            } else {
                notice("refresh: rule '\(rule.label)' added")
            }
        }
        for label in old.keys.sorted() where byLabel[label] == nil {
            notice("refresh: rule '\(label)' removed")
        }
        for sa in table.all { refresh(sa, byLabel) }
    }

    /// An SA goes over to its rule as it is now, or ends if there is none any more. So does one that
    /// is being made, or it would stand with a rule that nobody has written.
    private func refresh(_ sa: IKESA, _ byLabel: [String: Rule]) {
        let reason = "its rule is gone"
        switch sa.state {
        case .established(var session):
            if let rule = byLabel[session.rule.label] {
                session.rule = rule
                sa.state = .established(session)
                rearm(sa)
            } else {
                deleteIKESA(sa, because: reason)
            }
        case .initiating(let initiation):
            let rule = byLabel[initiation.rule.label]
            guard rule != initiation.rule else { return }
            remove(sa)
            // What has been proposed may be what the rule no longer takes.
            if let rule { initiate(rule, initiation.child, local: sa.local, remote: sa.remote) }
        case .authenticating(let authenticating):
            if let rule = byLabel[authenticating.rule.label] {
                authenticating.rule = rule
            } else {
                // The peer may have answered already, and is to be told.
                sa.queue = [.deleteIKESA(because: reason)]
            }
        case .responding(let response):
            response.candidates = response.candidates.compactMap { byLabel[$0.label] }
            if response.candidates.isEmpty { remove(sa) }
        case .halfOpen(let halfOpen):
            halfOpen.candidates = halfOpen.candidates.compactMap { byLabel[$0.label] }
            let claimed = halfOpen.claim.flatMap { byLabel[$0.rule.label] }
            if let claimed { halfOpen.claim?.rule = claimed }
            if halfOpen.candidates.isEmpty || (halfOpen.claim != nil && claimed == nil) {
                remove(sa)
            }
        case .superseded, .deleting, .closed: break
        }
    }
}
