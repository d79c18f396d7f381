import Crypto
import Net
import Wire

// Parts of rules as ikev2.config(5) has them.

extension Rule {
    static func word(_ flag: Bool) -> String { flag ? "yes" : "no" }

    /// Octets in quotes, with a backslash before those that end or hide.
    static func quoted(_ octets: [UInt8]) -> String {
        var escaped: [UInt8] = [.quote]
        for octet in octets {
            if octet == .quote || octet == .backslash { escaped.append(.backslash) }
            escaped.append(octet)
        }
        return String(decoding: escaped + [.quote], as: UTF8.self)
    }
}

extension IKETransform {
    /// What stands in the braces of `ikesa_xform`.
    public var text: String {
        var words = [CipherChoice.text(encryption, keyLengths)]
        if let word = HashChoice.word(ike: integrity) { words.append("auth_alg \(word)") }
        for prf in prfs {
            if let word = HashChoice.word(prf) { words.append("prf_alg \(word)") }
        }
        words.append("dh_group \(group.rawValue)")
        if let lifetime { words.append("ikesa_lifetime_secs \(lifetime)") }
        return words.joined(separator: " ")
    }
}

extension ChildTransform {
    /// What stands in the braces of `childsa_xform`.
    public var text: String {
        var words = [
            encryption.map { CipherChoice.text($0, keyLengths) } ?? "encr_alg none"
        ]
        if let word = HashChoice.word(child: integrity) { words.append("auth_alg \(word)") }
        if esn.count == 1 { words.append("esn \(Rule.word(esn[0]))") }
        return words.joined(separator: " ")
    }
}

extension RemoteIdentity {
    /// What stands behind `remote_id`.
    public var text: String {
        switch self {
        case .any: "ANY"
        case .exact(let identity): identity.text
        case .addresses(let range): range.identityText
        }
    }
}

extension Identification {
    /// What stands behind `local_id`.
    public var text: String {
        switch type {
        case .fqdn: "FQDN=" + Rule.quoted(data)
        case .rfc822Address: "EMAIL=" + Rule.quoted(data)
        case .derDN:
            "DN=" + Rule.quoted(Array((DistinguishedName(der: data)?.description ?? "").utf8))
        case .ipv4Address, .ipv6Address: "IP=\"\(address?.description ?? "")\""
        default: "KEY_ID=\"0x" + data.map { hexadecimal($0) }.joined() + "\""
        }
    }

    private func hexadecimal(_ octet: UInt8) -> String {
        (octet < 16 ? "0" : "") + String(octet, radix: 16)
    }
}

extension IPRange {
    fileprivate var identityText: String {
        let type = family == .v4 ? "IPV4" : "IPV6"
        return description.contains("-") || !description.contains("/")
            ? "\(type)_RANGE=\"\(first)-\(last)\"" : "\(type)_PREFIX=\"\(description)\""
    }
}

extension CipherChoice {
    fileprivate static func text(_ cipher: EncryptionAlgorithm, _ keyLengths: [UInt16]) -> String {
        let word = vocabulary.words.last { word in
            if case .cipher(cipher, _) = vocabulary[word] { true } else { false }
        }
        guard let word else { return "" }
        guard let high = keyLengths.first, let low = keyLengths.last else {
            return "encr_alg \(word)"
        }
        return "encr_alg \(word)(" + (low == high ? "\(low)" : "\(low)..\(high)") + ")"
    }
}

extension HashChoice {
    fileprivate static func word(ike integrity: [IntegrityAlgorithm]) -> String? {
        guard !integrity.isEmpty else { return nil }
        return integrityVocabulary.words.first { word in
            if case .hash(integrity, _, _) = integrityVocabulary[word] { true } else { false }
        }
    }

    fileprivate static func word(child integrity: [IntegrityAlgorithm]) -> String? {
        guard !integrity.isEmpty else { return nil }
        return integrityVocabulary.words.first { word in
            if case .hash(_, integrity, _) = integrityVocabulary[word] { true } else { false }
        }
    }

    fileprivate static func word(_ prf: PseudorandomFunction) -> String? {
        prfVocabulary.words.first { prfVocabulary[$0] == prf }
    }
}
