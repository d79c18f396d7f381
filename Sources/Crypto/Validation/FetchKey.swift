/// Names a question about revocation, and what was answered to it.
public struct FetchKey: Hashable, Sendable {
    /// What names it: a digest of what is asked, and where.
    public let octets: [UInt8]

    /// Octets of a name.
    public static let length = 32

    /// Takes octets that were a name before.
    public init?(octets: [UInt8]) {
        guard octets.count == Self.length else { return nil }
        self.octets = octets
    }

    init(_ kind: FetchQuestion.Kind, at url: String) throws(CryptoError) {
        var asked = Array(url.utf8)
        if case .response(let request) = kind { asked += [0] + request }
        octets = try Digest.sha256(asked)
    }
}
