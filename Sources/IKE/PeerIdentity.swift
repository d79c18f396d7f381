import Crypto
import Net
import Policy
import Wire

// Who a peer is: which identities a rule takes, and which a certificate proves.

extension Rule {
    /// Whether the rule takes an identity: one of its `remote_id`; without any, the peer's address
    /// with preshared keys, and the subject of whatever certificate is believed otherwise.
    func accepts(_ identity: Identification, from remote: IPAddress) -> Bool {
        guard !remoteIDs.isEmpty else {
            return remoteAuthentication == .preshared
                ? identity == Identification(remote) : identity.type == .derDN
        }
        return remoteIDs.contains { wanted in
            switch wanted {
            case .any: true
            case .exact(let other): identity.isSame(as: other)
            case .addresses(let range): identity.address.map { range.contains($0) } ?? false
            }
        }
    }

    /// What ``accepts(_:from:)`` goes by, for the log.
    func wanted(from remote: IPAddress) -> String {
        guard !remoteIDs.isEmpty else {
            return remoteAuthentication == .preshared
                ? "\(Identification(remote))" : "the subject of its certificate"
        }
        return remoteIDs.map { wanted in
            switch wanted {
            case .any: "ANY"
            case .exact(let identity): identity.words
            case .addresses(let range): range.description
            }
        }.joined(separator: " or ")
    }
}

extension Identification {
    /// The distinguished name, when the identity is one.
    var distinguishedName: DistinguishedName? {
        type == .derDN ? DistinguishedName(der: data) : nil
    }

    /// Whether it means the same: names of the directory are compared as such (RFC 5280 §7.1), and
    /// the case of a host's name makes no difference.
    func isSame(as other: Identification) -> Bool {
        if self == other { return true }
        if let name = distinguishedName, let another = other.distinguishedName {
            return name == another
        }
        return type == other.type && text != nil && text == other.text
    }

    /// Whether a certificate is about it: by its subject, or by one of its other names.
    func isNamed(by certificate: X509Certificate) -> Bool {
        if type == .keyID { return certificate.subjectKeyIdentifier == data }
        if let name = distinguishedName, name == certificate.subject { return true }
        return certificate.alternativeNames.contains {
            $0.identity.map { isSame(as: $0) } ?? false
        }
    }

    /// The same identity in the one form by which it is found in a table.
    var canonical: Identification {
        text.map { Identification(type: type, data: Array($0.utf8)) } ?? self
    }

    /// A host's name or a mailbox, with the host in small letters (RFC 5280 §7.2, §7.5).
    private var text: String? {
        let text = String(decoding: data, as: UTF8.self)
        switch type {
        case .fqdn: return text.lowercased()
        case .rfc822Address:
            guard let at = text.lastIndex(of: "@") else { return text }
            return text[..<at] + text[at...].lowercased()
        default: return nil
        }
    }

    /// The identity for the log, names of the directory spelt out.
    var words: String { distinguishedName.map { "DN \($0)" } ?? description }
}

extension AlternativeName {
    /// The identity that it is; `nil` for those that IKE has none for.
    var identity: Identification? {
        switch self {
        case .address(let address): Identification(address)
        case .dns(let host): Identification(type: .fqdn, data: Array(host.utf8))
        case .email(let mailbox): Identification(type: .rfc822Address, data: Array(mailbox.utf8))
        case .directoryName(let name): Identification(type: .derDN, data: name.der)
        case .uri, .other: nil
        }
    }
}

extension X509Certificate {
    /// The identity that it is about: its subject, or where that is empty, its first other name that
    /// is an identity.
    var identity: Identification {
        let other = subject.isEmpty ? alternativeNames.lazy.compactMap { $0.identity }.first : nil
        return other ?? Identification(type: .derDN, data: subject.der)
    }
}
