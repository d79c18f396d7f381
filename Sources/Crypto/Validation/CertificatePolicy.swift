/// The certificate policy: whom this host believes, and how it learns that somebody is no longer to be
/// believed. kmf-policy.xml holds it.
public struct CertificatePolicy: Sendable {
    /// What chains must fulfil.
    public var chain = ChainPolicy()
    /// How OCSP responses are judged.
    public var responses = OCSPPolicy()
    /// What is fetched.
    public var fetching = FetchPolicy()
    /// Where revocation lists are read.
    public var lists = RevocationListFiles()

    /// The policy without any attribute.
    public init() {}
}
