import COpenSSL

extension X509Certificate {
    /// Who signs a certificate.
    public struct Issuer: Sendable {
        let key: PrivateKey
        let name: DistinguishedName
        /// `nil` when the certificate that is made is its own.
        let certificate: X509Certificate?

        /// An authority, by its certificate and the key of that. `nil` when it is not about the key.
        public init?(_ certificate: X509Certificate, key: PrivateKey) {
            guard certificate.isAbout(key) else { return nil }
            self.key = key
            self.certificate = certificate
            name = certificate.subject
        }

        fileprivate init(ofItself terms: SubjectTerms, key: PrivateKey) {
            self.key = key
            certificate = nil
            name = terms.subject
        }
    }

    /// Makes a certificate that its own key signs.
    public static func selfSigned(
        _ terms: SubjectTerms, key: PrivateKey, serial: [UInt8], validity: Validity,
        digest: Digest
    ) throws(CryptoError) -> X509Certificate {
        try issue(
            terms, about: key.publicKey, serial: serial, validity: validity,
            by: Issuer(ofItself: terms, key: key), digest: digest)
    }

    /// Makes a certificate about a key. The serial number is positive, its octets the most
    /// significant first.
    public static func issue(
        _ terms: SubjectTerms, about publicKey: PublicKey, serial: [UInt8], validity: Validity,
        by issuer: Issuer, digest: Digest
    ) throws(CryptoError) -> X509Certificate {
        guard let handle = X509_new() else { throw .libcrypto("a certificate") }
        defer { X509_free(handle) }
        let subject = try terms.newSubject()
        let name = try issuer.name.newHandle()
        defer {
            X509_NAME_free(subject)
            X509_NAME_free(name)
        }
        guard X509_set_version(handle, 2) == 1, set(serial, in: handle),
            X509_set_subject_name(handle, subject) == 1, X509_set_issuer_name(handle, name) == 1,
            ASN1_TIME_set(X509_getm_notBefore(handle), Int(validity.notBefore)) != nil,
            ASN1_TIME_set(X509_getm_notAfter(handle), Int(validity.notAfter)) != nil,
            X509_set_pubkey(handle, publicKey.key) == 1
        else { throw .libcrypto("a certificate") }
        let extensions = ExtensionList()
        try terms.write(to: extensions)
        let identifier = try publicKey.identifier()
        try extensions.addIdentifiers(
            key: identifier,
            authority: issuer.certificate.map { $0.subjectKeyIdentifier } ?? identifier)
        try extensions.write(to: handle)
        try Signable.certificate(handle).sign(with: issuer.key, digest: digest)
        return try X509Certificate(copying: handle)
    }

    private static func set(_ serial: [UInt8], in handle: OpaquePointer) -> Bool {
        let number = BN_bin2bn(serial, Int32(clamping: serial.count), nil)
        defer { BN_free(number) }
        return BN_to_ASN1_INTEGER(number, X509_get_serialNumber(handle)) != nil
    }
}

extension Digest {
    /// libcrypto's form, for a signature by a key of the kind: EdDSA has its own hash.
    func method(for kind: PublicKey.Kind) -> OpaquePointer? {
        switch (kind, self) {
        case (.ed25519, _), (.ed448, _): nil
        case (_, .sha1): EVP_sha1()
        case (_, .sha256): EVP_sha256()
        case (_, .sha384): EVP_sha384()
        case (_, .sha512): EVP_sha512()
        }
    }
}
