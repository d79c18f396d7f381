import Crypto

extension Configuration {
    /// Warns of what configuration and keys have to say to each other: rules without a key, keys
    /// without a rule, rules that an earlier one always shadows. The sources are those that were
    /// parsed; a source erased since may be given without octets, then no line of it is shown.
    public func check(
        in source: Source, with keys: PresharedKeys, in keySource: Source,
        into diagnostics: inout Diagnostics
    ) {
        var index = ShadowIndex()
        for rule in rules {
            if let lack = rule.lack(of: keys[rule.label]) {
                diagnostics.add(Diagnostic(.warning, lack, in: source, at: rule.location))
            }
            if let earlier = index.shadow(of: rule) {
                diagnostics.add(
                    Diagnostic(
                        .warning,
                        "rule never applies: the rule on line \(earlier.line) covers all of it",
                        in: source, at: rule.location))
            }
            index.add(rule)
        }

        let labels = Set(rules.map { $0.label })
        var strays: [SourceLocation] = []
        for label in keys.labels where !labels.contains(label) {
            if let location = keys.location(of: label) { strays.append(location) }
        }
        strays.sort { $0.offset < $1.offset }
        for location in strays {
            diagnostics.add(
                Diagnostic(
                    .warning, "no rule has this label: the key serves nobody", in: keySource,
                    at: location, masking: .keys))
        }
    }
}

extension Configuration {
    /// Tells of each algorithm that cannot be used here, where it stands first. The source is the
    /// one that was parsed.
    public func check(
        in source: Source, reasonLacking: (Capabilities.Algorithm) -> CryptoError?,
        into diagnostics: inout Diagnostics
    ) {
        for (algorithm, location) in algorithms.list {
            guard let reason = reasonLacking(algorithm) else { continue }
            diagnostics.add(
                Diagnostic(
                    .error,
                    "\(algorithm.name) cannot be used: \(reason); expected an algorithm that "
                        + "in.ikev2d -V lists",
                    in: source, at: location))
        }
    }
}

extension Configuration {
    /// Warns of rules to which certificates are lacking, as the closure finds in words. The source
    /// is the one that was parsed.
    public func check(
        in source: Source, lacking: (Rule) -> String?, into diagnostics: inout Diagnostics
    ) {
        for rule in rules {
            guard let lack = lacking(rule) else { continue }
            diagnostics.add(Diagnostic(.warning, lack, in: source, at: rule.location))
        }
    }
}

extension Rule {
    /// What the rule misses in the key of its label; `nil` when that is enough.
    fileprivate func lack(of key: PresharedKey?) -> String? {
        let signs = localAuthentication == .preshared
        let verifies = remoteAuthentication == .preshared
        guard signs || verifies else { return nil }
        guard let key else { return "rule has no key in ikev2.preshared" }
        if signs, key.local == nil { return "rule has a remote_key only in ikev2.preshared" }
        if verifies, key.remote == nil { return "rule has a local_key only in ikev2.preshared" }
        return nil
    }
}
