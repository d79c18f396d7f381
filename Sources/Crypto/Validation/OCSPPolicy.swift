/// How OCSP responses are judged: the `ocsp-` attributes of the certificate policy.
public struct OCSPPolicy: Sendable {
    /// What names a certificate of the keystore.
    public struct ResponderReference: Hashable, Sendable {
        /// Who signed it.
        public let issuer: DistinguishedName
        /// The number that it has from them, without leading zeros.
        public let serialNumber: [UInt8]

        /// Both parts.
        public init(issuer: DistinguishedName, serialNumber: [UInt8]) {
            self.issuer = issuer
            self.serialNumber = serialNumber
        }

        /// Whether it names this certificate.
        public func names(_ certificate: X509Certificate) -> Bool {
            certificate.issuer == issuer && certificate.serialNumber == serialNumber
        }
    }

    /// `ocsp-responder-cert-name`, `ocsp-responder-cert-serial`.
    public var responderReference: ResponderReference?
    /// The certificate of a responder that speaks for all authorities: that which the reference names.
    public var responder: X509Certificate?
    /// `ocsp-ignore-response-sign`.
    public var ignoresSignature = false
    /// `ocsp-response-lifetime`: how old a response may be, in seconds.
    public var responseLifetime: Int64?

    /// How far a responder's clock may be off, in seconds.
    public static let clockDifference: Int64 = 300
    /// How old a response may be that does not say when to ask again, in seconds.
    public static let defaultLifetime: Int64 = 86400

    /// The policy without any attribute.
    public init() {}
}
