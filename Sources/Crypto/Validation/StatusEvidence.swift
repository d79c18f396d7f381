/// What is known of whether certificates have been revoked, from whomever.
public struct StatusEvidence: Sendable {
    /// What came of a fetch.
    public enum Fetched: Sendable {
        /// The octets that were answered; anybody on the way may have made them.
        case octets([UInt8])
        /// Nothing, and why.
        case failed(String)
    }

    /// The lists of the keystore.
    public var lists: [RevocationList]
    /// What others answered before.
    public var known: StatusAnswers
    /// OCSP responses that the peer sent along (RFC 4806), in DER.
    public var sent: [[UInt8]]
    /// What has been fetched for this chain.
    public var fetched: [StatusKey: Fetched] = [:]

    /// More responses of a peer are not looked at: one is enough for each certificate of a chain.
    public static let mostSent = 8

    /// What there is before anything is fetched.
    public init(
        lists: [RevocationList] = [], known: StatusAnswers = StatusAnswers(), sent: [[UInt8]] = []
    ) {
        self.lists = lists
        self.known = known
        self.sent = Array(sent.prefix(Self.mostSent))
    }
}
