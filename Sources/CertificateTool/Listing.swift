import Wire
import Console
import CLinux
import Crypto
import Daemon
import Keystore

/// `list`: what is in the keystore, for people.
struct Listing {
    /// What there is to choose from.
    struct Objects {
        let certificates: [Filed<X509Certificate>]
        let keys: [Filed<PrivateKey>]
        var publicKeys: [Filed<OwnedKey>] = []
        var revocationLists: [Filed<RevocationList>] = []
        /// Files of keys that cannot be opened.
        var locked: [String] = []
    }

    private let selection: Selection
    private let hasColour = isatty(STDOUT_FILENO) == 1

    init(_ request: Request) throws(Failure) {
        selection = try Selection(request)
    }

    /// Shows what is in the keystore.
    func show(_ store: Store) throws(Failure) {
        // Whether a key is there can be told without opening it.
        let reading = try store.read(pin: try store.knownPIN())
        try show(
            Objects(
                certificates: reading.certificates, keys: reading.keys,
                publicKeys: reading.publicKeys, revocationLists: reading.revocationLists,
                locked: reading.locked),
            of: store.directory)
    }

    /// Shows what the request chooses.
    func show(_ reading: Objects, of place: String) throws(Failure) {
        let now = Clock.now
        var blocks: [[String]] = []
        let certificates = reading.certificates.filter { selection.contains($0, at: now) }
        if selection.certificates {
            blocks += certificates.map { describe($0, in: reading, at: now) }
        }
        if selection.keys, !selection.asksAboutCertificates {
            blocks += keys(reading)
        }
        if selection.publicKeys {
            blocks += reading.publicKeys.filter { selection.contains($0) }
                .map { describe($0, in: reading) }
        }
        if selection.lists {
            blocks += reading.revocationLists.filter { selection.contains($0) }
                .map { describe($0, at: now) }
        }
        guard !blocks.isEmpty else {
            Terminal.complain("ikev2cert: nothing of that kind in \(place.printable)")
            return
        }
        for block in blocks {
            for line in block {
                guard Terminal.say(line) else { throw Failure(system: "standard output") }
            }
        }
    }

    private func describe(
        _ filed: Filed<X509Certificate>, in reading: Objects, at now: Int64
    ) -> [String] {
        let certificate = filed.object
        var lines = ["certificate '\(filed.label.printable)'"]
        func add(_ title: String, _ text: String) {
            lines.append("    \(Help.padded(title + ":", 16))\(text)")
        }
        add("subject", certificate.subject.isEmpty ? "none" : certificate.subject.description)
        if !certificate.alternativeNames.isEmpty {
            add(
                "other names",
                certificate.alternativeNames.map { $0.description }.joined(separator: ", "))
        }
        add(
            "issuer",
            certificate.isSelfSigned ? "itself" : certificate.issuer.description)
        add("serial", certificate.serialText)
        add("valid", validity(certificate.validity, at: now))
        add("key", certificate.publicKey.kind.name)
        if certificate.isAuthority { add("authority", "yes") }
        if let usage = certificate.keyUsage {
            add("key usage", usage.names.joined(separator: ", "))
        }
        if let usage = certificate.extendedKeyUsage {
            add("purposes", usage.purposes.map { $0.name }.joined(separator: ", "))
        }
        add("private key", privateKey(of: filed, in: reading))
        return lines
    }

    private func privateKey(
        of filed: Filed<X509Certificate>, in reading: Objects
    ) -> String {
        if reading.keys.contains(where: { filed.object.isAbout($0.object) }) { return "yes" }
        // Those that lie under a PIN cannot be compared, but for the label.
        let first = reading.certificates.first { $0.path == filed.path }
        let isLocked = reading.locked.contains { Label.text(of: $0) == filed.label }
        return isLocked && first?.object == filed.object ? "yes, under a PIN" : "no"
    }

    private func validity(_ validity: Validity, at now: Int64) -> String {
        let text = "\(Clock.text(validity.notBefore)) to \(Clock.text(validity.notAfter))"
        if now < validity.notBefore { return "\(text), not yet" }
        guard now <= validity.notAfter else {
            return red("\(text), expired \(Self.days(now - validity.notAfter)) ago")
        }
        // A day that has begun counts.
        return "\(text), \(Self.days(validity.notAfter - now + 86_399)) left"
    }

    private static func days(_ seconds: Int64) -> String {
        seconds / 86_400 == 1 ? "1 day" : "\(seconds / 86_400) days"
    }

    private func red(_ text: String) -> String {
        hasColour ? "\u{1B}[31m\(text)\u{1B}[0m" : text
    }

    /// Keys of which no certificate tells already.
    private func keys(_ reading: Objects) -> [[String]] {
        let lone = reading.keys.filter { key in
            selection.contains(label: key.label)
                && !(selection.certificates
                    && reading.certificates.contains { $0.object.isAbout(key.object) })
        }
        let locked = reading.locked.filter { path in
            let label = Label.text(of: path)
            return selection.contains(label: label)
                && !(selection.certificates && reading.certificates.contains { $0.label == label })
        }
        return lone.map {
            ["key '\($0.label.printable)'", "    \(Help.padded("key:", 16))\($0.object.kind.name)"]
        } + locked.map { ["key '\(Label.text(of: $0).printable)'", "    under a PIN"] }
    }

    private func describe(_ filed: Filed<OwnedKey>, in reading: Objects) -> [String] {
        let owned = filed.object
        let isOurs = reading.keys.contains { $0.object.publicKey == owned.key }
        return [
            "public key '\(owned.owner.text.printable)'",
            "    \(Help.padded("owner:", 16))\(owned.owner.identity)",
            "    \(Help.padded("key:", 16))\(owned.key.kind.name)",
            "    \(Help.padded("private key:", 16))\(isOurs ? "yes" : "no")",
        ]
    }

    private func describe(_ filed: Filed<RevocationList>, at now: Int64) -> [String] {
        let list = filed.object
        var due = "never due"
        if let next = list.nextUpdate {
            due = "\(list.isStale(at: now) ? "was due" : "due") \(Clock.text(next))"
            if list.isStale(at: now) { due = red(due) }
        }
        return [
            "revocation list '\(filed.label.printable)'",
            "    \(Help.padded("issuer:", 16))\(list.issuer)",
            "    \(Help.padded("made:", 16))\(Clock.text(list.thisUpdate)), the next \(due)",
        ]
    }
}
