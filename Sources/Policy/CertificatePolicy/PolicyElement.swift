/// The elements of kmf-policy.xml(5).
enum PolicyElement: Hashable, CaseIterable, Sendable {
    case database, policy, methods, ocsp, ocspBasic, responderCertificate, crl
    case keyUsageSet, keyUsage, extendedKeyUsage, ekuName, ekuOID
    /// Which user of the system a certificate stands for: nothing to this daemon.
    case mapping

    /// Its name in the file.
    var name: String {
        switch self {
        case .database: "kmf-policy-db"
        case .policy: "kmf-policy"
        case .methods: "validation-methods"
        case .ocsp: "ocsp"
        case .ocspBasic: "ocsp-basic"
        case .responderCertificate: "responder-cert"
        case .crl: "crl"
        case .keyUsageSet: "key-usage-set"
        case .keyUsage: "key-usage"
        case .extendedKeyUsage: "ext-key-usage"
        case .ekuName: "eku-name"
        case .ekuOID: "eku-oid"
        case .mapping: "cert-to-name-mapping"
        }
    }

    /// In what it stands.
    private var parent: PolicyElement? {
        switch self {
        case .database: nil
        case .policy: .database
        case .methods, .keyUsageSet, .extendedKeyUsage, .mapping: .policy
        case .ocsp, .crl: .methods
        case .ocspBasic, .responderCertificate: .ocsp
        case .keyUsage: .keyUsageSet
        case .ekuName, .ekuOID: .extendedKeyUsage
        }
    }

    /// What may stand in it, in the order in which it is written.
    var children: [PolicyElement] { Self.allCases.filter { $0.parent == self } }

    /// Whether several may stand in one place: each adds to a list.
    var repeats: Bool {
        switch self {
        case .policy, .keyUsage, .ekuName, .ekuOID: true
        default: false
        }
    }

    /// Whether Solaris gives it an attribute that means nothing here.
    func hasForeignAttribute(_ name: String) -> Bool {
        switch self {
        case .database: name == "allow-local-files"
        case .policy: name == "bypass-ipsec-policy"
        default: false
        }
    }

    /// The policy's attributes that are this element's.
    var attributes: [PolicyAttribute] {
        PolicyAttribute.allCases.filter { $0.place.element == self }
    }

    static let vocabulary = Vocabulary(allCases.map { ($0.name, $0) })
}
