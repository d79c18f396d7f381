import Crypto
import Keystore
import Policy

// One part of what is in force, replaced or added to: all of it, or nothing. What it meets in the
// other parts is checked as at the start.

extension ConfigurationFiles.Contents.Parts {
    /// Nobody sees lines of what is in force: it may have come from anywhere.
    fileprivate static let inForce = Source(name: "the rules in force", octets: [])
}

extension ConfigurationFiles {
    /// What is in force.
    typealias Parts = Contents.Parts

    // MARK: Rules

    /// Other rules, from a source or, without one, from their file.
    func replacingRules(
        of parts: Parts, by source: Source?, into report: inout Report
    ) -> Contents? {
        guard let (configuration, source) = parse(source, into: &report) else { return nil }
        var parts = parts
        parts.configuration = configuration
        var diagnostics = Diagnostics()
        configuration.check(
            in: source, with: parts.keys, in: Source(name: presharedFile, octets: []),
            into: &diagnostics)
        report.add(diagnostics)
        return finish(parts, checking: configuration, in: source, into: &report)
    }

    /// More rules, behind those that there are.
    func addingRules(_ source: Source, to parts: Parts, into report: inout Report) -> Contents? {
        guard let (configuration, source) = parse(source, into: &report) else { return nil }
        let present = parts.configuration.rules
        var diagnostics = Diagnostics()
        configuration.check(in: source, joining: present, into: &diagnostics)
        // Of the keys those of other rules are not in question.
        configuration.check(
            in: source, with: parts.keys.only(of: configuration), in: Parts.inForce,
            into: &diagnostics)
        report.add(diagnostics)
        guard !diagnostics.hasErrors else { return nil }
        var parts = parts
        parts.configuration = Policy.Configuration(rules: present + configuration.rules)
        return finish(parts, checking: configuration, in: source, into: &report)
    }

    /// All rules but one.
    func removingRule(
        _ label: String, from parts: Parts, into report: inout Report
    ) -> Contents? {
        var parts = parts
        parts.configuration = Policy.Configuration(
            rules: parts.configuration.rules.filter { $0.label != label })
        return finish(
            parts, checking: Policy.Configuration(), in: Parts.inForce, into: &report)
    }

    private func parse(
        _ source: Source?, into report: inout Report
    ) -> (configuration: Policy.Configuration, source: Source)? {
        guard let source else { return loadConfiguration(into: &report) }
        var diagnostics = Diagnostics()
        let configuration = Policy.Configuration.parse(source, into: &diagnostics)
        report.add(diagnostics)
        return configuration.map { ($0, source) }
    }

    private func finish(
        _ parts: Parts, checking configuration: Policy.Configuration, in source: Source,
        into report: inout Report
    ) -> Contents? {
        guard MissingAlgorithms.report(configuration, in: source, into: &report) else {
            return nil
        }
        var parts = parts
        // It is not read as long as no rule needs it.
        if parts.configuration.needsCertificates, parts.keystore.certificates.isEmpty {
            parts.keystore = readKeystore(parts.policy, previous: Keystore(), into: &report)
        }
        return contents(parts, checking: configuration, in: source, into: &report)
    }

    // MARK: Keys

    /// Other preshared keys, from octets under a name, which are erased, or from their file.
    func replacingKeys(
        of parts: Parts, by file: (name: String, octets: [UInt8])?, into report: inout Report
    ) -> Contents? {
        let keys: PresharedKeys?
        if var file {
            keys = Self.keys(file.name, &file.octets, into: &report)
        } else {
            keys = loadKeys(for: parts.configuration, into: &report)
        }
        guard let keys else { return nil }
        var parts = parts
        parts.keys = keys
        var diagnostics = Diagnostics()
        parts.configuration.check(
            in: Parts.inForce, with: keys,
            in: Source(name: file?.name ?? presharedFile, octets: []), into: &diagnostics)
        report.add(diagnostics)
        return contents(
            parts, checking: Policy.Configuration(), in: Parts.inForce, into: &report)
    }

    /// More preshared keys.
    func addingKeys(
        _ file: (name: String, octets: [UInt8]), to parts: Parts, into report: inout Report
    ) -> Contents? {
        var octets = file.octets
        guard let keys = Self.keys(file.name, &octets, into: &report) else { return nil }
        let source = Source(name: file.name, octets: [])
        var diagnostics = Diagnostics()
        keys.check(in: source, joining: parts.keys, into: &diagnostics)
        Policy.Configuration(
            rules: parts.configuration.rules.filter { keys[$0.label] != nil }
        ).check(in: Parts.inForce, with: keys, in: source, into: &diagnostics)
        report.add(diagnostics)
        guard !diagnostics.hasErrors else { return nil }
        var parts = parts
        parts.keys = parts.keys.joined(by: keys)
        return contents(
            parts, checking: Policy.Configuration(), in: Parts.inForce, into: &report)
    }

    /// All preshared keys but one.
    func removingKey(
        _ label: String, from parts: Parts, into report: inout Report
    ) -> Contents? {
        var parts = parts
        parts.keys.remove(label: label)
        return contents(
            parts, checking: Policy.Configuration(), in: Parts.inForce, into: &report)
    }

    // MARK: Certificates

    /// The keystore as it is now in its directory and on the token.
    func rereadingKeystore(of parts: Parts, into report: inout Report) -> Contents? {
        var parts = parts
        parts.keystore = readKeystore(parts.policy, previous: parts.keystore, into: &report)
        return contents(
            parts, checking: parts.configuration, in: Parts.inForce, into: &report)
    }

    /// Other certificates, from a text in PEM. The private keys stay.
    func replacingCertificates(
        of parts: Parts, by source: Source, into report: inout Report
    ) -> Contents? {
        let text = PEM(source.octets.span)
        var certificates: [X509Certificate] = []
        var isGood = true
        for block in text.blocks where block.label == "CERTIFICATE" {
            do throws(CryptoError) {
                guard let der = PEM.der(of: block, in: source.octets.span) else {
                    throw .malformedCertificate(reason: "it is not in Base64")
                }
                certificates.append(try X509Certificate(der: der))
            } catch {
                isGood = false
                report.add(.error, "\(error)", path: "\(source.name):\(block.line)")
            }
        }
        if let line = text.unfinished {
            isGood = false
            report.add(.error, "an object without an end", path: "\(source.name):\(line)")
        } else if certificates.isEmpty, isGood {
            isGood = false
            report.add(
                .error, "has no certificate; expected some, in PEM", path: source.name)
        }
        guard isGood else { return nil }
        var parts = parts
        parts.keystore = parts.keystore.with(certificates: certificates)
        return contents(
            parts, checking: parts.configuration, in: Parts.inForce, into: &report)
    }
}

extension PresharedKeys {
    /// Those that a configuration has rules for.
    fileprivate func only(of configuration: Policy.Configuration) -> PresharedKeys {
        var keys = PresharedKeys()
        for rule in configuration.rules {
            if let key = self[rule.label] { keys.add(key, label: rule.label) }
        }
        return keys
    }
}
