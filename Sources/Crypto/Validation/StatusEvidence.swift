/// What is known of whether certificates have been revoked, from whomever.
public struct StatusEvidence: Sendable {
    /// The lists of the keystore.
    public var lists: [RevocationList]
    /// What others answered before.
    public var known: FetchAnswers
    /// OCSP responses that the peer sent along (RFC 4806), in DER.
    public var sent: [[UInt8]]
    /// What has been fetched for this chain, or lately in vain for another.
    public var fetched: [FetchKey: Fetched]

    /// More responses of a peer are not looked at: one is enough for each certificate of a chain.
    public static let mostSent = 8

    /// What there is before anything is fetched.
    public init(
        lists: [RevocationList] = [], known: FetchAnswers = FetchAnswers(), sent: [[UInt8]] = [],
        fetched: [FetchKey: Fetched] = [:]
    ) {
        self.fetched = fetched
        self.lists = lists
        self.known = known
        self.sent = Array(sent.prefix(Self.mostSent))
    }
}
