// What comes to stand beside what is in force.

extension Configuration {
    /// Tells of rules that cannot join others: by error where a label is taken, by warning where
    /// one of the others always comes first. The source is the one that was parsed.
    public func check(
        in source: Source, joining others: [Rule], into diagnostics: inout Diagnostics
    ) {
        let labels = Set(others.map { $0.label })
        var index = ShadowIndex()
        for rule in others { index.add(rule) }
        for rule in rules {
            if labels.contains(rule.label) {
                diagnostics.add(
                    Diagnostic(
                        .error,
                        "label is taken by a rule that is in force; expected a unique label",
                        in: source, at: rule.location))
            } else if let earlier = index.shadow(of: rule) {
                diagnostics.add(
                    Diagnostic(
                        .warning,
                        "rule never applies: rule '\(earlier.label)', in force, covers all of it",
                        in: source, at: rule.location))
            }
        }
    }
}

extension PresharedKeys {
    /// Tells of keys whose label has one already. The source is the one that was parsed, or its
    /// name alone once it is erased.
    public func check(
        in source: Source, joining others: PresharedKeys, into diagnostics: inout Diagnostics
    ) {
        for label in labels where others[label] != nil {
            guard let location = location(of: label) else { continue }
            diagnostics.add(
                Diagnostic(
                    .error, "label has a key that is in force; expected one key for a rule",
                    in: source, at: location, masking: .keys))
        }
    }

    /// These and others, which take the places of those with the same labels.
    public func joined(by others: PresharedKeys) -> PresharedKeys {
        var all = self
        for label in others.labels {
            if let key = others[label] { all.add(key, label: label) }
        }
        return all
    }
}
