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
