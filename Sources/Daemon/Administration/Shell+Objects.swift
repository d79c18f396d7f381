import Admin
import Crypto
import IKE
import Keystore
import Policy

// Rules, keys and certificates that an administrator puts in place, adds, takes away or has written
// down. A refresh reads the files, and what they say takes the place of all that.

extension Shell {
    private var parts: ConfigurationFiles.Contents.Parts {
        ConfigurationFiles.Contents.Parts(
            configuration: Policy.Configuration(rules: engine.configuredRules),
            keys: presharedKeys, policy: policy, keystore: keystore)
    }

    /// Puts what has been read in force, if it is any good, and tells what there is to say of it.
    private func put(
        _ contents: ConfigurationFiles.Contents?, _ report: Report, done words: String
    ) -> Answer {
        guard let contents else {
            if logs(.op) { sink.write(.notice, "ikeadm: not done: \(report.summary)") }
            return Answer(
                report, .failed("\(report.summary); what is in force stays as it is"))
        }
        put(contents)
        return Answer(report, .done(words))
    }

    // MARK: Add

    func add(_ object: Request.Addition, _ origin: Request.Origin, _ octets: SensitiveOctets)
        -> Answer
    {
        let name = if case .file(let path) = origin { path } else { "standard input" }
        var report = Report()
        switch object {
        case .rule:
            let before = engine.configuredRules.count
            let contents = files.addingRules(
                Source(name: name, octets: octets.copy()), to: parts, into: &report)
            let count = (contents?.configuration.rules.count ?? before) - before
            return put(contents, report, done: "\(Report.count(count, "rule")) added")
        case .preshared:
            let before = presharedKeys.labels.count
            let contents = files.addingKeys((name, octets.copy()), to: parts, into: &report)
            let count = (contents?.keys.labels.count ?? before) - before
            return put(contents, report, done: "\(Report.count(count, "key")) added")
        }
    }

    // MARK: Delete

    /// Takes a rule away; its SAs end.
    func deleteRule(_ label: String) -> Answer {
        guard engine.configuredRules.contains(where: { $0.label == label }) else {
            return noRule(label)
        }
        var report = Report()
        let contents = files.removingRule(label, from: parts, into: &report)
        return put(contents, report, done: "1 deleted")
    }

    /// Takes a preshared key away; SAs that it has proved stay until they end.
    func deleteKey(_ label: String) -> Answer {
        guard presharedKeys[label] != nil else { return noKey(label) }
        var report = Report()
        let contents = files.removingKey(label, from: parts, into: &report)
        return put(contents, report, done: "1 deleted")
    }

    func noKey(_ label: String) -> Answer {
        Answer(failure: "there is no preshared key '\(label)'")
    }

    // MARK: Read

    func read(_ store: Request.Store, _ path: String?, _ octets: SensitiveOctets) -> Answer {
        var report = Report()
        let contents: ConfigurationFiles.Contents?
        switch (store, path) {
        case (.rules, let path):
            contents = files.replacingRules(
                of: parts, by: path.map { Source(name: $0, octets: octets.copy()) },
                into: &report)
        case (.presharedKeys, let path):
            contents = files.replacingKeys(
                of: parts, by: path.map { ($0, octets.copy()) }, into: &report)
        case (.certificates, nil):
            defer { readToken() }
            contents = files.rereadingKeystore(of: parts, into: &report)
        case (.certificates, let path?):
            contents = files.replacingCertificates(
                of: parts, by: Source(name: path, octets: octets.copy()), into: &report)
        }
        return put(contents, report, done: "the \(store.title) are in force")
    }

    /// Puts the keystore as it is now in force.
    func rereadKeystore() {
        var report = Report()
        let contents = files.rereadingKeystore(of: parts, into: &report)
        sink.write(report)
        if let contents { put(contents) }
    }

    /// Forgets what others have answered about certificates: it is asked for anew.
    func flushCertificates() -> Answer {
        engine.forgetAnswers()
        let count = answerFiles.removeAll()
        fetcher?.refresh()
        return Answer(done: "\(Report.count(count, "answer")) forgotten")
    }

    // MARK: Write

    /// Tells what is in force as its file would have it, object by object.
    func write(_ store: Request.Store) -> Answer {
        let done = "the \(store.title) are written"
        switch store {
        case .rules:
            let rules = engine.configuredRules
            return pieces(rules.count, done) { Array(rules[$0].text.utf8) }
        case .presharedKeys:
            let (keys, labels) = (presharedKeys, presharedKeys.labels)
            return pieces(labels.count, done) { index in
                keys[labels[index]]?.text(label: labels[index]) ?? []
            }
        case .certificates:
            let certificates = keystore.certificates
            return pieces(certificates.count, done) { index in
                let der = certificates[index].der
                do throws(CryptoError) { return try PEM.text("CERTIFICATE", der) } catch {
                    return []
                }
            }
        }
    }

    /// Octets of a piece: one reply.
    private static let mostOfPiece = 64 << 10

    private func pieces(
        _ count: Int, _ done: String, _ make: @escaping (Int) -> [UInt8]
    ) -> Answer {
        Answer(replies: (0..<count).map { UInt64($0) }, done: done) { index in
            var octets = make(Int(truncatingIfNeeded: index))
            guard octets.count > Self.mostOfPiece else {
                return [.piece(SensitiveOctets(octets))]
            }
            defer { octets.erase() }
            return stride(from: 0, to: octets.count, by: Self.mostOfPiece).map { start in
                let end = min(start + Self.mostOfPiece, octets.count)
                return .piece(SensitiveOctets([UInt8](octets[start..<end])))
            }
        }
    }
}

extension Request.Store {
    /// What is in it, in words.
    fileprivate var title: String {
        switch self {
        case .rules: "rules"
        case .presharedKeys: "preshared keys"
        case .certificates: "certificates"
        }
    }
}
