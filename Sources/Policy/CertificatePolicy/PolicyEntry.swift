import Crypto

/// A certificate policy by its attributes, as an administrator set them. Every value is well-formed.
public struct PolicyEntry: Hashable, Sendable {
    /// Why an attribute does not take a value.
    public struct Refusal: Error, Equatable, Sendable {
        /// What is wrong, and what was expected.
        public let message: String
    }

    /// The policy that in.ikev2d follows.
    public static let defaultName = "default"
    /// The most octets of a name.
    static let longestName = 255

    /// Its name.
    public let name: String
    private var values: [PolicyAttribute: String] = [:]

    /// A policy without attributes; throws for a name that is none.
    public init(name: String) throws(Refusal) {
        guard !name.isEmpty, name.utf8.count <= Self.longestName,
            name.unicodeScalars.allSatisfy({ $0.isSafeToPrint && $0 != "\t" })
        else {
            throw Refusal(
                message: "bad name of a policy; expected 1 to \(Self.longestName) octets of text")
        }
        self.name = name
    }

    /// `default`, without attributes.
    public static let `default` = PolicyEntry(defaultName: ())

    private init(defaultName: Void) {
        name = Self.defaultName
    }

    /// The value of an attribute, if it has one.
    public subscript(attribute: PolicyAttribute) -> String? { values[attribute] }

    /// Gives an attribute a value.
    public mutating func set(_ attribute: PolicyAttribute, to text: String) throws(Refusal) {
        guard let value = attribute.kind.normalized(text) else {
            throw Refusal(
                message: "\(Self.quoted(text)) is no value for \(attribute.name); "
                    + "expected \(attribute.kind.expected)")
        }
        values[attribute] = value
    }

    /// Takes an attribute's value away.
    public mutating func remove(_ attribute: PolicyAttribute) {
        values[attribute] = nil
    }

    /// Whether one of the attributes has a value.
    public func has(_ attributes: [PolicyAttribute]) -> Bool {
        attributes.contains { values[$0] != nil }
    }

    static func quoted(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(64) {
            shown.append(scalar.isSafeToPrint ? scalar : "\u{FFFD}")
        }
        return text.unicodeScalars.count > 64 ? "'\(String(shown))…'" : "'\(String(shown))'"
    }
}

extension PolicyEntry {
    /// What the attributes lack together: the one at fault, and why.
    public var inconsistency: (attribute: PolicyAttribute, message: String)? {
        if values[.trustAnchorSerial] != nil,
            values[.trustAnchorName].map({ PolicyValue.isSearch($0) }) ?? true
        {
            return (.trustAnchorSerial, "ta-serial without a name; expected ta-name beside it")
        }
        if values[.ocspResponderName] != nil, values[.ocspResponderSerial] == nil {
            return (
                .ocspResponderName,
                "ocsp-responder-cert-name alone; expected ocsp-responder-cert-serial beside it"
            )
        }
        if values[.ocspResponderSerial] != nil, values[.ocspResponderName] == nil {
            return (
                .ocspResponderSerial,
                "ocsp-responder-cert-serial alone; expected ocsp-responder-cert-name beside it"
            )
        }
        let asksCertificate = values[.ocspUseCertificateResponder] == "true"
        if let attribute = Self.whereOCSPIsSet.first(where: { values[$0] != nil }),
            values[.ocspResponder] == nil, !asksCertificate
        {
            return (
                attribute,
                "\(attribute.name) without a responder; expected ocsp-responder or "
                    + "ocsp-use-cert-responder=true"
            )
        }
        return nil
    }

    /// What says nothing unless somebody is asked; how responses are judged concerns those also
    /// that a peer hands over (RFC 4806).
    private static let whereOCSPIsSet: [PolicyAttribute] = [.ocspProxy]

    /// The names in `keyusage`.
    public var keyUsageNames: [String] {
        values[.keyUsage].map { PolicyValue.words(of: $0) } ?? []
    }

    /// The purposes in `ekunames` and `ekuoids`, with names where they have some.
    public var extendedKeyUsage: [(identifier: String, name: String?)] {
        CertificatePolicy(self).chain.extendedKeyUsage.map {
            ($0.identifier, $0.name == $0.identifier ? nil : $0.name)
        }
    }

    /// What differs from another, each attribute in words.
    public func changes(from previous: PolicyEntry) -> [String] {
        PolicyAttribute.allCases.compactMap { attribute in
            switch (previous.values[attribute], values[attribute]) {
            case (let old?, let new?):
                old == new ? nil : "\(attribute.name) is \(new), was \(old)"
            case (nil, let new?): "\(attribute.name) is \(new)"
            case (let old?, nil): "\(attribute.name) is unset, was \(old)"
            case (nil, nil): nil
            }
        }
    }
}
