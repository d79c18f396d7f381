/// What is fetched over the network, and how: the attributes of the certificate policy that name
/// URLs, proxies and patience.
public struct FetchPolicy: Hashable, Sendable {
    /// How to reach those who answer.
    public struct Proxy: Hashable, Sendable {
        /// A name or an address.
        public let host: String
        /// Its port.
        public let port: UInt16

        /// Takes a proxy's place.
        public init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }
    }

    /// `ocsp-responder`: the URL that answers for all certificates.
    public var responder: String?
    /// `ocsp-use-cert-responder`: the URL that a certificate names is asked.
    public var asksResponderOfCertificate = false
    /// `crl-get-crl-uri`: lists are fetched from where a certificate says they are.
    public var fetchesRevocationLists = false
    /// `http-proxy`: what peers' certificates are fetched through.
    public var proxy: Proxy?
    /// `ocsp-proxy`, or else `http-proxy`.
    public var responderProxy: Proxy?
    /// `crl-proxy`, or else `http-proxy`.
    public var listProxy: Proxy?
    /// `cert-revoke-responder-timeout`: for how many seconds an answer is waited for.
    public var patience = FetchPolicy.defaultPatience
    /// `ignore-cert-revoke-responder-timeout`: without an answer, a certificate is taken for good.
    public var isSoft = false

    /// What kmfcfg(1) says, in seconds.
    public static let defaultPatience: Int64 = 10

    /// The policy without any attribute: nothing is fetched.
    public init() {}

    /// Whether anything is ever fetched to learn whether certificates were revoked.
    public var fetches: Bool {
        responder != nil || asksResponderOfCertificate || fetchesRevocationLists
    }
}
