/// What somebody answered to a ``FetchQuestion``, and was found right.
public enum FetchAnswer: Sendable {
    /// A revocation list.
    case list(RevocationList)
    /// An OCSP response, in DER.
    case response([UInt8])
    /// Certificates of a peer's, as they were found (RFC 7296 §3.6).
    case certificates([UInt8])

    /// Octets that it takes, about.
    var size: Int {
        switch self {
        case .list(let list): list.size
        case .response(let der), .certificates(let der): der.count
        }
    }

    /// Whether it no longer holds at a moment in seconds since 1970, whoever asks. Throws when it is
    /// no answer at all.
    public func isOver(at moment: Int64) throws(CryptoError) -> Bool {
        switch self {
        case .list(let list): list.isStale(at: moment)
        case .response(let der): try OCSPResponse.isOver(der, at: moment)
        // Their hash names these and no others, and whoever uses them looks at their dates.
        case .certificates: false
        }
    }

    /// The answer in DER.
    public var der: [UInt8] {
        switch self {
        case .list(let list): list.der
        case .response(let der), .certificates(let der): der
        }
    }
}
