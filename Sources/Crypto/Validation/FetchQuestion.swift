/// What is to be fetched: a certificate, or word of whether one has been revoked.
public struct FetchQuestion: Hashable, Sendable {
    /// What is asked for.
    public enum Kind: Hashable, Sendable {
        /// A revocation list (RFC 5280 §4.2.1.13).
        case list
        /// A response to this request, in DER (RFC 6960 §4.1).
        case response([UInt8])
        /// Certificates of which a peer sent no more than where they are (RFC 7296 §3.6).
        case certificates(HashAndURL)
    }

    /// What is asked for.
    public let kind: Kind
    /// Where: a URL of HTTP.
    public let url: String
    /// Whom to go through.
    public let proxy: FetchPolicy.Proxy?
    /// The certificate that it is about, for the log.
    public let certificate: String
    /// What names it, whomever it goes through and whichever certificate is on the list.
    public let key: FetchKey

    private init(
        _ kind: Kind, at url: String, through proxy: FetchPolicy.Proxy?, about certificate: String
    ) throws(CryptoError) {
        self.kind = kind
        self.url = url
        self.proxy = proxy
        self.certificate = certificate
        key = try FetchKey(kind, at: url)
    }

    /// The question for a list that a certificate would be on. Throws when libcrypto fails.
    init(
        listOf certificate: X509Certificate, at url: String, policy: FetchPolicy
    ) throws(CryptoError) {
        try self.init(
            .list, at: url, through: policy.listProxy, about: certificate.description)
    }

    /// The question for what a peer sent the place of. Throws when libcrypto fails.
    public init(locating located: HashAndURL, policy: FetchPolicy) throws(CryptoError) {
        try self.init(
            .certificates(located), at: located.url, through: policy.proxy,
            about: "with SHA-1 \(located.hashText)")
    }

    /// Whether no more than the word of somebody who has not yet proved who he is stands behind the
    /// URL. An authority that is believed signed the others.
    public var isOfStranger: Bool {
        if case .certificates = kind { true } else { false }
    }

    /// The question to an OCSP responder about a certificate of the issuer's.
    ///
    /// It has no nonce, so that the answer can be kept; how old that may be bounds what an old one
    /// does when it is sent again.
    init(
        responder url: String, about certificate: X509Certificate, issuer: X509Certificate,
        policy: FetchPolicy
    ) throws(CryptoError) {
        let request = try OCSPRequest(about: certificate, issuer: issuer)
        try self.init(
            .response(request.der), at: url, through: policy.responderProxy,
            about: certificate.description)
    }

    /// The question about a certificate of ours that a peer may ask (RFC 4806); `nil` when nobody
    /// can be asked. Throws when libcrypto fails.
    public init?(
        aboutOur certificate: X509Certificate, issuer: X509Certificate, policy: FetchPolicy
    ) throws(CryptoError) {
        guard policy.asksResponders, let url = policy.places(ofResponders: certificate).first else {
            return nil
        }
        try self.init(responder: url, about: certificate, issuer: issuer, policy: policy)
    }

    /// More octets of an answer are not read.
    public var longestAnswer: Int {
        switch kind {
        case .list: RevocationList.longest
        case .response: OCSPResponse.longest
        case .certificates(let located): located.longest
        }
    }
}
