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

    /// Whether it means the same: names of the directory are compared as such (RFC 5280 §7.1).
    func isSame(as other: Identification) -> Bool {
        if self == other { return true }
        guard let name = distinguishedName, let another = other.distinguishedName else {
            return false
        }
        return name == another
    }

    /// Whether a certificate is about it: by its subject, or by one of its other names.
    func isNamed(by certificate: X509Certificate) -> Bool {
        switch type {
        case .derDN:
            guard let name = distinguishedName else { return false }
            return certificate.subject == name
                || certificate.alternativeNames.contains(.directoryName(name))
        case .ipv4Address, .ipv6Address:
            guard let address else { return false }
            return certificate.alternativeNames.contains(.address(address))
        case .fqdn:
            let text = String(decoding: data, as: UTF8.self).lowercased()
            return certificate.alternativeNames.contains { name in
                if case .dns(let host) = name { host.lowercased() == text } else { false }
            }
        case .rfc822Address:
            let text = Self.mailbox(String(decoding: data, as: UTF8.self))
            return certificate.alternativeNames.contains { name in
                if case .email(let other) = name { Self.mailbox(other) == text } else { false }
            }
        case .keyID: return certificate.subjectKeyIdentifier == data
        default: return false
        }
    }

    /// A mailbox with its host in small letters: there they make no difference (RFC 5280 §7.5).
    private static func mailbox(_ text: String) -> String {
        guard let at = text.lastIndex(of: "@") else { return text }
        return String(text[..<at]) + text[at...].lowercased()
    }

    /// The identity for the log, names of the directory spelt out.
    var words: String { distinguishedName.map { "DN \($0)" } ?? description }
}
