/// A keyword of ikev2.config(5).
enum Keyword: Hashable {
    case label, localAddress, remoteAddress, localID, remoteID
    case authMethod, localAuthMethod, remoteAuthMethod, requiredIssuer
    case ikeTransform, childTransform, pfs
    case ikeLifetime, childLifetime, childSoftLifetime, childKilobytes, childSoftKilobytes
    case childIdleTime, dpdInterval
    case immediate, rekeyProbe, mobike, requestHTTPCertificates
    case reqid, interfaceID
    case encryption, authentication, group, prf, esn

    static let vocabulary = Vocabulary<Keyword>([
        ("label", .label), ("local_addr", .localAddress), ("remote_addr", .remoteAddress),
        ("local_id", .localID), ("remote_id", .remoteID), ("auth_method", .authMethod),
        ("local_auth_method", .localAuthMethod), ("remote_auth_method", .remoteAuthMethod),
        ("required_issuer", .requiredIssuer), ("ikesa_xform", .ikeTransform),
        ("childsa_xform", .childTransform), ("childsa_pfs", .pfs),
        ("ikesa_lifetime_secs", .ikeLifetime), ("childsa_lifetime_secs", .childLifetime),
        ("childsa_softlife_secs", .childSoftLifetime), ("childsa_lifetime_kb", .childKilobytes),
        ("childsa_softlife_kb", .childSoftKilobytes), ("childsa_idletime_secs", .childIdleTime),
        ("dpd_interval_secs", .dpdInterval), ("immediate", .immediate),
        ("rekey_probe", .rekeyProbe), ("mobike", .mobike),
        ("request_http_certs", .requestHTTPCertificates), ("ipsec_reqid", .reqid),
        ("if_id", .interfaceID), ("encr_alg", .encryption), ("auth_alg", .authentication),
        ("dh_group", .group), ("oakley_group", .group), ("prf_alg", .prf), ("esn", .esn),
    ])

    /// Where a keyword may stand.
    struct Scope: OptionSet {
        let rawValue: UInt8
        static let global = Scope(rawValue: 1)
        static let rule = Scope(rawValue: 2)
        static let ikeTransform = Scope(rawValue: 4)
        static let childTransform = Scope(rawValue: 8)

        /// Where that is, in words.
        var place: String {
            if contains(.global) { return "outside the rules" }
            if contains(.rule) { return "in a rule" }
            if self == .ikeTransform { return "in ikesa_xform { … }" }
            if self == .childTransform { return "in childsa_xform { … }" }
            return "in ikesa_xform { … } or childsa_xform { … }"
        }

        /// What may stand there, in words.
        var expected: String {
            switch self {
            case .global: "a rule in braces or a global keyword"
            case .rule: "a keyword of a rule or '}'"
            case .ikeTransform: "encr_alg, auth_alg, prf_alg, dh_group, ikesa_lifetime_secs or '}'"
            default: "encr_alg, auth_alg, esn or '}'"
            }
        }
    }

    /// Where it may stand.
    var scope: Scope {
        switch self {
        case .label, .localAddress, .remoteAddress, .localID, .remoteID, .localAuthMethod,
            .remoteAuthMethod, .requiredIssuer, .immediate, .reqid, .interfaceID:
            .rule
        case .authMethod, .ikeTransform, .childTransform, .pfs, .childLifetime, .childSoftLifetime,
            .childKilobytes, .childSoftKilobytes, .childIdleTime, .dpdInterval,
            .rekeyProbe, .mobike, .requestHTTPCertificates:
            [.global, .rule]
        case .ikeLifetime: [.global, .rule, .ikeTransform]
        case .encryption, .authentication: [.ikeTransform, .childTransform]
        case .group, .prf: .ikeTransform
        case .esn: .childTransform
        }
    }

    /// Whether it may stand more than once in one place.
    var isRepeatable: Bool {
        switch self {
        case .localAddress, .remoteAddress, .remoteID, .requiredIssuer, .ikeTransform,
            .childTransform:
            true
        default: false
        }
    }

    /// How the token behind it is read.
    var valueMode: Lexer.Mode {
        self == .localAddress || self == .remoteAddress ? .ranges : .words
    }
}
