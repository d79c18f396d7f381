import COpenSSL

/// What is sent to an authority to have a key certified (PKCS #10, RFC 2986).
public final class CertificateRequest: @unchecked Sendable {
    /// Whom the certificate shall be about.
    public let subject: DistinguishedName
    /// The key to be certified.
    public let publicKey: PublicKey
    /// libcrypto's form of it, never changed.
    private let handle: OpaquePointer

    /// Longer ones are refused, as certificates are.
    public static let longest = X509Certificate.longest

    /// Makes one, which the key signs.
    public static func make(
        _ terms: SubjectTerms, key: PrivateKey, digest: Digest
    ) throws(CryptoError) -> CertificateRequest {
        guard let handle = X509_REQ_new() else { throw .libcrypto("a certificate request") }
        defer { X509_REQ_free(handle) }
        let extensions = ExtensionList()
        try terms.write(to: extensions)
        let name = try terms.newSubject()
        defer { X509_NAME_free(name) }
        guard X509_REQ_set_version(handle, 0) == 1,
            X509_REQ_set_subject_name(handle, name) == 1,
            X509_REQ_set_pubkey(handle, key.publicKey.key) == 1,
            X509_REQ_add_extensions(handle, extensions.stack) == 1
        else { throw .libcrypto("a certificate request") }
        try Signable.request(handle).sign(with: key, digest: digest)
        return try CertificateRequest(der: encoded { i2d_X509_REQ(handle, &$0) })
    }

    /// Reads a whole request in DER. Throws ``CryptoError/malformedRequest(reason:)``, and what is
    /// wrong with its key. Whether its key has signed it, it must be asked.
    public init(der: [UInt8]) throws(CryptoError) {
        guard der.count <= Self.longest, DERShape.isWellFormed(der.span) else {
            throw .malformedRequest(reason: "it is not one value in DER, or too long")
        }
        let decoded = der.withUnsafeBufferPointer { der in
            var position = der.baseAddress
            return d2i_X509_REQ(nil, &position, der.count)
        }
        guard let handle = decoded else { throw .malformedRequest(reason: CryptoError.reason()) }
        do throws(CryptoError) {
            let name = X509_REQ_get_subject_name(handle)
            guard let subject = DistinguishedName(der: encoded { i2d_X509_NAME(name, &$0) })
            else { throw .malformedRequest(reason: "its subject is no name, or a too long one") }
            self.subject = subject
            let info = encoded { i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(handle), &$0) }
            publicKey = try PublicKey(subjectPublicKeyInfo: info)
        } catch {
            X509_REQ_free(handle)
            throw error
        }
        self.handle = handle
        ERR_clear_error()
    }

    /// Reads a request in PEM, the only one of its text, or in DER.
    public convenience init(reading octets: [UInt8]) throws(CryptoError) {
        guard PEM.isPEM(octets.span) else {
            try self.init(der: octets)
            return
        }
        let blocks = PEM(octets.span).blocks
        guard blocks.count == 1, let block = blocks.first,
            block.label == "CERTIFICATE REQUEST" || block.label == "NEW CERTIFICATE REQUEST",
            let der = PEM.der(of: block, in: octets.span)
        else { throw .malformedRequest(reason: "it is not one request in PEM") }
        try self.init(der: der)
    }

    deinit {
        X509_REQ_free(handle)
    }

    /// The request in DER.
    public var der: [UInt8] { encoded { i2d_X509_REQ(handle, &$0) } }

    /// Whether the key that it is about has signed it: only the owner of a key may have it
    /// certified.
    public var isSignedByItsKey: Bool {
        defer { ERR_clear_error() }
        return X509_REQ_verify(handle, publicKey.key) == 1
    }

    /// The other names that are asked for.
    public func alternativeNames() throws(CryptoError) -> [AlternativeName] {
        let extensions = X509_REQ_get_extensions(handle)
        defer {
            OPENSSL_sk_pop_free(extensions) { X509_EXTENSION_free(OpaquePointer($0)) }
            ERR_clear_error()
        }
        var isCritical: Int32 = 0
        guard
            let value = X509V3_get_d2i(extensions, NID_subject_alt_name, &isCritical, nil)
        else {
            // −1 says that there is none.
            guard isCritical == -1 else {
                throw .malformedRequest(reason: "its subjectAltName is malformed, or there are two")
            }
            return []
        }
        let list = OpaquePointer(value)
        defer { GENERAL_NAMES_free(list) }
        var names: [AlternativeName] = []
        for index in 0..<max(0, OPENSSL_sk_num(list)) {
            guard let element = OPENSSL_sk_value(list, index) else { continue }
            names.append(
                AlternativeName(element.assumingMemoryBound(to: GENERAL_NAME.self).pointee))
        }
        guard names.count < CertificateExtensions.mostEntries else {
            throw .malformedRequest(reason: "it has too many alternative names")
        }
        return names
    }
}
