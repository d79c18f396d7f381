/// Several certificates in one (RFC 7296 §3.6): a `SEQUENCE OF CertificateOrCRL`, with explicit tags.
public struct CertificateBundle: Sendable {
    /// The certificates in their order, each in DER and not looked into.
    ///
    /// Lists in a bundle are left alone: a peer would send the one from before it was revoked.
    public let certificates: [[UInt8]]

    /// Longer ones are refused: a handful of certificates, and a list or two.
    public static let longest = 65536
    /// More certificates and lists are refused: a chain has a handful.
    private static let most = 32

    /// Reads a bundle.
    public init(der: [UInt8]) throws(CryptoError) {
        guard der.count <= Self.longest, DERShape.isWellFormed(der.span),
            let whole = DERShape.header(der.span, 0..<der.count), der.first == Self.sequence
        else { throw .malformedCertificate(reason: "it is no bundle in DER") }
        var certificates: [[UInt8]] = []
        var rest = whole.content
        var count = 0
        while !rest.isEmpty {
            count += 1
            guard count <= Self.most else {
                throw .malformedCertificate(
                    reason: "the bundle has more than \(Self.most) certificates and lists")
            }
            guard let part = DERShape.header(der.span, rest),
                let tag = der[rest].first, tag == Self.certificate || tag == Self.list
            else { throw .malformedCertificate(reason: "the bundle has something else in it") }
            if tag == Self.certificate { certificates.append(Array(der[part.content])) }
            rest = part.content.upperBound..<rest.upperBound
        }
        self.certificates = certificates
    }

    private static let sequence: UInt8 = 0x30
    private static let certificate: UInt8 = 0xA0
    private static let list: UInt8 = 0xA1
}
