/// What a peer sends in the place of certificates: their hash, and where they are (RFC 7296 §3.6).
public struct HashAndURL: Hashable, Sendable {
    /// What is there.
    public enum Content: Hashable, Sendable {
        /// One certificate.
        case certificate
        /// Several, as a ``CertificateBundle``.
        case bundle
    }

    /// What is there.
    public let content: Content
    /// SHA-1 over what is there.
    public let hash: [UInt8]
    /// Where; nothing has been looked up yet, and the scheme may be any.
    public let url: String

    /// Octets of SHA-1.
    private static let hashLength = 20
    /// Longer URLs are not asked.
    static let longestURL = 1024

    /// Reads what a CERT payload holds; `nil` where that is no hash with a URL.
    public init?(_ content: Content, octets: [UInt8]) {
        let url = octets.dropFirst(Self.hashLength)
        // Nothing else is in a URL (RFC 3986 §2), and it goes into the log.
        guard (1...Self.longestURL).contains(url.count),
            url.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.content = content
        hash = Array(octets.prefix(Self.hashLength))
        self.url = String(decoding: url, as: UTF8.self)
    }

    /// The certificates in what was found there, each in DER.
    public func certificates(in octets: [UInt8]) throws(CryptoError) -> [[UInt8]] {
        guard try Digest.sha1(octets) == hash else {
            throw .malformedCertificate(reason: "what is there has another hash")
        }
        return switch content {
        case .certificate: [octets]
        case .bundle: try CertificateBundle(der: octets).certificates
        }
    }

    /// More octets are not read.
    var longest: Int {
        switch content {
        case .certificate: X509Certificate.longest
        case .bundle: CertificateBundle.longest
        }
    }
}

extension HashAndURL: CustomStringConvertible {
    /// The URL, and the hash in hexadecimal digits.
    public var description: String { "\(url) (SHA-1 \(hashText))" }

    /// The hash in hexadecimal digits.
    var hashText: String {
        hash.reduce(into: "") { text, octet in
            text += octet < 16 ? "0" : ""
            text += String(octet, radix: 16)
        }
    }
}
