/// The types of identity that ikev2.config(5) names.
enum IdentityKind {
    case ip, ipv4, ipv6, fqdn, email, dn, keyID
    case ipv4Prefix, ipv4Range, ipv6Prefix, ipv6Range
    case any

    static let vocabulary = Vocabulary<IdentityKind>([
        ("IP", .ip), ("IPV4", .ipv4), ("IPV6", .ipv6), ("FQDN", .fqdn), ("DNS", .fqdn),
        ("MBOX", .email), ("EMAIL", .email), ("USER_FQDN", .email), ("DN", .dn),
        ("KEY_ID", .keyID), ("IPV4_PREFIX", .ipv4Prefix), ("IPV4_RANGE", .ipv4Range),
        ("IPV6_PREFIX", .ipv6Prefix), ("IPV6_RANGE", .ipv6Range), ("ANY", .any),
    ])

    /// Whether it names one identity, so that it can be one's own.
    var isSingle: Bool {
        switch self {
        case .ip, .ipv4, .ipv6, .fqdn, .email, .dn, .keyID: true
        case .ipv4Prefix, .ipv4Range, .ipv6Prefix, .ipv6Range, .any: false
        }
    }
}
