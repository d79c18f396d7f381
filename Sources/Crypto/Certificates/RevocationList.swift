import COpenSSL

/// A certificate revocation list (RFC 5280 §5). Its signature is checked when a chain is.
public final class RevocationList: @unchecked Sendable {
    /// Who signed it.
    public let issuer: DistinguishedName
    /// When it was made, in seconds since 1970.
    public let thisUpdate: Int64
    /// When the next one is due; a list without that is never stale.
    public let nextUpdate: Int64?
    /// How many octets it has in DER.
    let size: Int
    /// libcrypto's form of it, which is not changed once its entries have been sorted.
    let handle: OpaquePointer

    /// Longer ones are refused: a hundred thousand entries and more fit in.
    public static let longest = 8 << 20

    /// Reads one whole list in DER. Throws ``CryptoError/malformedRevocationList(reason:)``.
    public init(der: [UInt8]) throws(CryptoError) {
        guard der.count <= Self.longest else {
            throw .malformedRevocationList(reason: "it has \(der.count) octets")
        }
        guard DERShape.isWellFormed(der.span) else {
            throw .malformedRevocationList(reason: "it is not one value in DER")
        }
        let decoded = der.withUnsafeBufferPointer { der in
            var position = der.baseAddress
            return d2i_X509_CRL(nil, &position, der.count)
        }
        guard let handle = decoded else {
            throw .malformedRevocationList(reason: CryptoError.reason())
        }
        let name = X509_CRL_get_issuer(handle)
        guard let issuer = DistinguishedName(der: encoded { i2d_X509_NAME(name, &$0) }),
            let thisUpdate = seconds(X509_CRL_get0_lastUpdate(handle))
        else {
            X509_CRL_free(handle)
            ERR_clear_error()
            throw .malformedRevocationList(reason: "it lacks an issuer or a time")
        }
        self.issuer = issuer
        self.thisUpdate = thisUpdate
        nextUpdate = seconds(X509_CRL_get0_nextUpdate(handle))
        size = der.count
        self.handle = handle
        ERR_clear_error()
    }

    deinit {
        X509_CRL_free(handle)
    }

    /// The list in DER.
    public var der: [UInt8] { encoded { i2d_X509_CRL(handle, &$0) } }

    /// Whether the next list was due before the moment.
    public func isStale(at moment: Int64) -> Bool {
        nextUpdate.map { $0 < moment } ?? false
    }

    /// Whether it holds at the moment: it has been made, and the next one is not due.
    func isCurrent(at moment: Int64) -> Bool { thisUpdate <= moment && !isStale(at: moment) }

    /// Whether an authority's key signed it.
    func isSigned(by issuer: X509Certificate) -> Bool {
        defer { ERR_clear_error() }
        return X509_CRL_verify(handle, X509_get0_pubkey(issuer.handle)) == 1
    }
}

extension RevocationList: Equatable {
    /// Whether both are one list, octet by octet.
    public static func == (a: RevocationList, b: RevocationList) -> Bool {
        a === b || X509_CRL_match(a.handle, b.handle) == 0
    }
}
