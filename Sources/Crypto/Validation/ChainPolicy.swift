/// What a chain of certificates must fulfil, beyond what RFC 5280 asks of all: the attributes of the
/// certificate policy that bear on it.
public struct ChainPolicy: Hashable, Sendable {
    /// What revocation lists decide.
    public enum RevocationLists: Hashable, Sendable {
        /// They are not looked at.
        case ignored
        /// A list that is there counts; none, and the certificate is taken for good.
        case ifAvailable
        /// Every certificate of the chain needs a list of its issuer.
        case required
    }

    /// Which certificates of the keystore end a chain.
    public enum Anchors: Hashable, Sendable {
        /// All that are not narrowed away: `ta-name=search`.
        case all
        /// That with this subject, and this serial number if it is given: `ta-name`, `ta-serial`.
        case named(DistinguishedName, serialNumber: [UInt8]?)
    }

    /// `ignore-date`: certificates hold before and after their time.
    public var ignoresDate = false
    /// `validity-adjusttime`: for how many seconds more they hold at both ends.
    public var validityAdjustment: Int64 = 0
    /// `ignore-unknown-eku`: a critical extended key usage may be about things unheard of.
    public var ignoresUnknownExtendedKeyUsage = false
    /// `ignore-trust-anchor`: a chain need not end in the keystore. Then a peer proves nothing but
    /// that it has the key of a certificate that somebody made.
    public var ignoresTrustAnchor = false
    /// `ta-name`, `ta-serial`.
    public var anchors = Anchors.all
    /// `trust-intermediate-cas`: certificates of the keystore that others signed end a chain too.
    public var trustsIntermediateAuthorities = true
    /// `max-cert-path-length`: how many authorities may stand between a certificate and an anchor.
    public var longestPath = ChainPolicy.defaultLongestPath
    /// `keyusage`: what a peer's certificate must allow, if it restricts its key at all.
    public var keyUsage: KeyUsage = []
    /// `ekunames`, `ekuoids`: purposes that a peer's certificate must name, each.
    public var extendedKeyUsage: [ExtendedKeyUsage.Purpose] = []
    /// Whether revocation lists are looked at.
    public var revocationLists = RevocationLists.ifAvailable
    /// `crl-ignore-crl-date`: a list that is stale counts as well.
    public var ignoresRevocationListDate = false
    /// `crl-ignore-crl-sign`: a list whose signature is wrong counts as well.
    public var ignoresRevocationListSignature = false

    /// The default of kmfcfg(1); no hierarchy in use has more than a handful.
    public static let defaultLongestPath = 32

    /// The policy without any attribute.
    public init() {}
}
