/// What a CERT or CERTREQ payload holds (RFC 7296 §3.6; IANA "IKEv2 Certificate Encodings").
public struct CertificateEncoding: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt8

    /// Any number, assigned or not.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// X.509 certificates wrapped in PKCS #7; unspecified.
    public static let pkcs7X509 = CertificateEncoding(rawValue: 1)
    /// PGP certificate; unspecified.
    public static let pgp = CertificateEncoding(rawValue: 2)
    /// DNS signed key; unspecified.
    public static let dnsSignedKey = CertificateEncoding(rawValue: 3)
    /// The DER of one X.509 certificate.
    public static let x509Signature = CertificateEncoding(rawValue: 4)
    /// Kerberos token; unspecified.
    public static let kerberosToken = CertificateEncoding(rawValue: 6)
    /// The DER of one certificate revocation list.
    public static let crl = CertificateEncoding(rawValue: 7)
    /// Authority revocation list; unspecified.
    public static let arl = CertificateEncoding(rawValue: 8)
    /// SPKI certificate; unspecified.
    public static let spki = CertificateEncoding(rawValue: 9)
    /// X.509 attribute certificate; unspecified.
    public static let x509Attribute = CertificateEncoding(rawValue: 10)
    /// PKCS #1 RSA key; deprecated.
    public static let rawRSAKey = CertificateEncoding(rawValue: 11)
    /// SHA-1 of an X.509 certificate, and where to fetch it.
    public static let hashAndURLOfCertificate = CertificateEncoding(rawValue: 12)
    /// SHA-1 of a bundle of certificates, and where to fetch it.
    public static let hashAndURLOfBundle = CertificateEncoding(rawValue: 13)
    /// OCSP response, or hashes of responders (RFC 4806).
    public static let ocspContent = CertificateEncoding(rawValue: 14)
    /// SubjectPublicKeyInfo (RFC 7670).
    public static let rawPublicKey = CertificateEncoding(rawValue: 15)

    /// The name.
    public var name: String {
        switch self {
        case .pkcs7X509: "PKCS7_X509"
        case .pgp: "PGP"
        case .dnsSignedKey: "DNS_SIGNED_KEY"
        case .x509Signature: "X509_SIGNATURE"
        case .kerberosToken: "KERBEROS_TOKEN"
        case .crl: "CRL"
        case .arl: "ARL"
        case .spki: "SPKI"
        case .x509Attribute: "X509_ATTRIBUTE"
        case .rawRSAKey: "RAW_RSA_KEY"
        case .hashAndURLOfCertificate: "HASH_AND_URL_X509"
        case .hashAndURLOfBundle: "HASH_AND_URL_BUNDLE"
        case .ocspContent: "OCSP_CONTENT"
        case .rawPublicKey: "RAW_PUBLIC_KEY"
        default: "CERT_\(rawValue)"
        }
    }
}
