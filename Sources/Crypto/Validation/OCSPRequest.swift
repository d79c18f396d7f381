import COpenSSL

/// The question whether a certificate has been revoked, for an OCSP responder (RFC 6960 §4.1).
public struct OCSPRequest: Sendable {
    /// The body of the HTTP request, of type `application/ocsp-request`.
    public let der: [UInt8]
    /// What the response repeats, if its responder does that.
    let nonce: [UInt8]

    /// Octets of a nonce (RFC 8954 §2.1).
    public static let nonceLength = 32

    /// A question about a certificate of the issuer's. A nonce of no octets is left out. Throws when
    /// libcrypto fails.
    public init(
        about certificate: X509Certificate, issuer: X509Certificate, nonce: [UInt8] = []
    ) throws(CryptoError) {
        guard let request = OCSP_REQUEST_new(),
            let identifier = OCSP_cert_to_id(EVP_sha1(), certificate.handle, issuer.handle)
        else { throw .libcrypto("an OCSP request") }
        defer { OCSP_REQUEST_free(request) }
        guard OCSP_request_add0_id(request, identifier) != nil else {
            OCSP_CERTID_free(identifier)
            throw .libcrypto("an OCSP request")
        }
        if !nonce.isEmpty {
            var copy = nonce
            guard OCSP_request_add1_nonce(request, &copy, Int32(clamping: copy.count)) == 1 else {
                throw .libcrypto("an OCSP request")
            }
        }
        der = encoded { i2d_OCSP_REQUEST(request, &$0) }
        self.nonce = nonce
        guard !der.isEmpty else { throw .libcrypto("an OCSP request") }
    }
}
