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
        for sa in table.all {
            guard var session = sa.session else { continue }
            if let rule = byLabel[session.rule.label] {
                session.rule = rule
                sa.state = .established(session)
                rearm(sa)
            } else {
                deleteIKESA(sa, because: "its rule is gone")
            }
        }
    }
}
