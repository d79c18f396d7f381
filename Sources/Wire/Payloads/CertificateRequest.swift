/// The Certificate Request payload (RFC 7296 §3.7).
public struct CertificateRequest: Hashable, Sendable {
    /// What stands for an authority: the SHA-1 hash of its key.
    public static let octetsOfAuthority = 20

    /// What kind of certificate is asked for.
    public let encoding: CertificateEncoding
    /// For X.509: SHA-1 hashes of the public keys of trusted authorities, 20 octets each, one
    /// after the other. Not looked into here.
    public let authorities: [UInt8]

    /// A payload from its parts.
    public init(encoding: CertificateEncoding, authorities: [UInt8]) {
        self.encoding = encoding
        self.authorities = authorities
    }
}

extension CertificateRequest {
    init(_ octets: Span<UInt8>, _ cursor: inout Cursor) throws(WireError) {
        encoding = CertificateEncoding(rawValue: try cursor.read(UInt8.self, octets))
        authorities = [UInt8](octets, cursor.takeRest())
    }

    func append(to octets: inout [UInt8]) {
        octets.append(encoding.rawValue)
        octets += authorities
    }
}
