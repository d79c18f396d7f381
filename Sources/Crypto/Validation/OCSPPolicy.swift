/// How OCSP responses are judged: the `ocsp-` attributes of the certificate policy.
public struct OCSPPolicy: Sendable {
    /// The certificate of a responder that speaks for all authorities.
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
