/// Names a question to others, and what was answered to it.
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
        switch kind {
        case .list: break
        case .response(let request): asked += [0] + request
        // Somebody else's wrong place for the same certificate is another question.
        case .certificates(let located): asked += [0] + located.hash
        }
        octets = try Digest.sha256(asked)
    }

    /// Names what has a hash, wherever it is.
    public init(contentOf located: HashAndURL) throws(CryptoError) {
        // No URL begins with zero.
        octets = try Digest.sha256([0] + located.hash)
    }
}
