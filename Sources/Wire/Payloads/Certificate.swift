/// The Certificate payload (RFC 7296 §3.6).
public struct Certificate: Hashable, Sendable {
    /// What ``data`` holds.
    public let encoding: CertificateEncoding
    /// The certificate, list or locator; not looked into here.
    public let data: [UInt8]

    /// A payload from its parts.
    public init(encoding: CertificateEncoding, data: [UInt8]) {
        self.encoding = encoding
        self.data = data
    }
}

extension Certificate {
    init(_ octets: Span<UInt8>, _ cursor: inout Cursor) throws(WireError) {
        encoding = CertificateEncoding(rawValue: try cursor.read(UInt8.self, octets))
        data = [UInt8](octets, cursor.takeRest())
    }

    func append(to octets: inout [UInt8]) {
        octets.append(encoding.rawValue)
        octets += data
    }
}
