/// A certificate with those of its authorities, up to one that is trusted: checked as a whole.
public struct CertificateChain: Sendable {
    /// The peer's first, the trust anchor's last. They may be the same.
    public let certificates: [X509Certificate]

    /// Takes the certificates of a chain that was checked.
    init(_ certificates: [X509Certificate]) {
        self.certificates = certificates
    }

    /// Whether it passes through an authority with this name: `required_issuer` of ikev2.config(5).
    /// The issuer of a trust anchor counts, whether or not its certificate is there.
    public func passes(through issuer: DistinguishedName) -> Bool {
        certificates.contains { $0.issuer == issuer }
    }
}
