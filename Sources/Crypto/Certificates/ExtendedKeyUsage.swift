/// For what purposes a certificate may be used (RFC 5280 §4.2.1.12).
public struct ExtendedKeyUsage: Hashable, Sendable {
    /// A purpose, by the number of its object identifier.
    public struct Purpose: Hashable, Sendable {
        /// The number, with dots.
        public let identifier: String

        /// The purpose with this number.
        public init(identifier: String) {
            self.identifier = identifier
        }

        /// Any purpose.
        public static let any = Purpose(identifier: "2.5.29.37.0")
        /// IKE (RFC 4945 §5.1.3.12).
        public static let ipsecIKE = Purpose(identifier: "1.3.6.1.5.5.7.3.17")

        /// The names of the certificate policy, and more that OpenSSL knows.
        public static let named: [(name: String, purpose: Purpose)] = [
            ("serverAuth", Purpose(identifier: "1.3.6.1.5.5.7.3.1")),
            ("clientAuth", Purpose(identifier: "1.3.6.1.5.5.7.3.2")),
            ("codeSigning", Purpose(identifier: "1.3.6.1.5.5.7.3.3")),
            ("emailProtection", Purpose(identifier: "1.3.6.1.5.5.7.3.4")),
            ("ipsecEndSystem", Purpose(identifier: "1.3.6.1.5.5.7.3.5")),
            ("ipsecTunnel", Purpose(identifier: "1.3.6.1.5.5.7.3.6")),
            ("ipsecUser", Purpose(identifier: "1.3.6.1.5.5.7.3.7")),
            ("timeStamping", Purpose(identifier: "1.3.6.1.5.5.7.3.8")),
            ("OCSPSigning", Purpose(identifier: "1.3.6.1.5.5.7.3.9")),
            ("ipsecIKE", .ipsecIKE), ("anyExtendedKeyUsage", .any),
            ("iKEIntermediate", Purpose(identifier: "1.3.6.1.5.5.8.2.2")),
        ]

        /// The name, or the number of a purpose without one.
        public var name: String {
            Self.named.first { $0.purpose == self }?.name ?? identifier
        }

        var isKnown: Bool { Self.named.contains { $0.purpose == self } }
    }

    /// The purposes, in their order.
    public let purposes: [Purpose]
    /// Whether whoever does not know the extension must refuse the certificate.
    public let isCritical: Bool

    /// Purposes, in any order.
    public init(purposes: [Purpose], isCritical: Bool) {
        self.purposes = purposes
        self.isCritical = isCritical
    }

    /// Whether the purpose is among them, by itself or as any.
    public func allows(_ purpose: Purpose) -> Bool {
        purposes.contains(purpose) || purposes.contains(.any)
    }
}
