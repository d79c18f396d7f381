import COpenSSL

/// A certificate (RFC 5280), read once and shared by all who need it.
///
/// Whatever is in it, reading it and asking it gives an answer or a ``CryptoError``.
public final class X509Certificate: @unchecked Sendable {
    /// Whom it is about; may have no attributes.
    public let subject: DistinguishedName
    /// Who signed it.
    public let issuer: DistinguishedName
    /// From when to when it holds.
    public let validity: Validity
    /// The other names of its subject; empty when there is no such extension.
    public let alternativeNames: [AlternativeName]
    /// The subject's key.
    public let publicKey: PublicKey
    /// libcrypto's form of it. Its own caches are filled by now, so that several threads may use it.
    let handle: OpaquePointer

    /// Longer ones are refused: more than three times what a key and a signature of RSA's 16384
    /// bits take.
    public static let longest = 16384

    /// Reads one whole certificate in DER. Throws ``CryptoError/malformedCertificate(reason:)``, and
    /// ``CryptoError/unacceptableKey(reason:)`` or ``CryptoError/malformedKey(reason:)`` for its key.
    public init(der: [UInt8]) throws(CryptoError) {
        guard der.count <= Self.longest else {
            throw .malformedCertificate(reason: "it has \(der.count) octets")
        }
        guard DERShape.isWellFormed(der.span) else {
            throw .malformedCertificate(reason: "it is not one value in DER")
        }
        let decoded = der.withUnsafeBufferPointer { der in
            var position = der.baseAddress
            return d2i_X509(nil, &position, der.count)
        }
        guard let handle = decoded else {
            throw .malformedCertificate(reason: CryptoError.reason())
        }
        do throws(CryptoError) {
            // What is sent and hashed later is libcrypto's encoding.
            guard encoded({ i2d_X509(handle, &$0) }) == der else {
                throw .malformedCertificate(reason: "it is not in DER")
            }
            let extensions = CertificateExtensions(of: handle)
            try extensions.check()
            subject = try Self.name(X509_get_subject_name(handle), "subject")
            issuer = try Self.name(X509_get_issuer_name(handle), "issuer")
            validity = try Validity(of: handle)
            alternativeNames = try extensions.alternativeNames()
            publicKey = try Self.key(of: handle)
        } catch {
            X509_free(handle)
            throw error
        }
        self.handle = handle
        ERR_clear_error()
    }

    /// Reads the only certificate in a text (RFC 7468 §5).
    public convenience init(pem text: [UInt8]) throws(CryptoError) {
        let blocks = PEM(text.span).blocks
        guard blocks.count == 1, let block = blocks.first,
            block.label == "CERTIFICATE" || block.label == "X509 CERTIFICATE",
            let der = PEM.der(of: block, in: text.span)
        else { throw .malformedCertificate(reason: "it is not one certificate in PEM") }
        try self.init(der: der)
    }

    /// One of libcrypto's, read anew.
    convenience init(copying handle: OpaquePointer) throws(CryptoError) {
        try self.init(der: encoded { i2d_X509(handle, &$0) })
    }

    deinit {
        X509_free(handle)
    }

    private static func name(
        _ name: OpaquePointer?, _ role: String
    ) throws(CryptoError) -> DistinguishedName {
        let der = encoded { i2d_X509_NAME(name, &$0) }
        guard let name = DistinguishedName(der: der) else {
            throw .malformedCertificate(reason: "its \(role) is no name, or a too long one")
        }
        return name
    }

    private static func key(of handle: OpaquePointer) throws(CryptoError) -> PublicKey {
        // Read along with the certificate: to read it a second time would take as long as to verify
        // a signature by it.
        guard let key = X509_get_pubkey(handle) else {
            throw .malformedKey(reason: CryptoError.reason())
        }
        return try PublicKey(taking: key)
    }
}

extension X509Certificate: Hashable {
    /// Whether both are one certificate, octet by octet.
    public static func == (a: X509Certificate, b: X509Certificate) -> Bool {
        a === b || X509_cmp(a.handle, b.handle) == 0
    }

    /// Hashes what tells certificates apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(serialNumber)
        hasher.combine(validity.notBefore)
    }
}

extension X509Certificate: CustomStringConvertible {
    /// The subject and the serial number, for the log.
    public var description: String { "\(subject) (serial \(serialText))" }

    /// The serial number in hexadecimal digits, as OpenSSL prints it.
    public var serialText: String {
        serialNumber.reduce(into: "") { text, octet in
            text += octet < 16 ? "0" : ""
            text += String(octet, radix: 16, uppercase: true)
        }
    }
}

// What is asked for seldom is not kept in two forms.
extension X509Certificate {
    /// The certificate in DER, as it was read.
    public var der: [UInt8] { encoded { i2d_X509(handle, &$0) } }

    /// The octets of the serial number, the sign left out.
    public var serialNumber: [UInt8] { octets(of: X509_get0_serialNumber(handle)) }

    /// The serial number in DER.
    public var serialNumberEncoding: [UInt8] {
        encoded { i2d_ASN1_INTEGER(X509_get0_serialNumber(handle), &$0) }
    }

    /// The subject's key, in DER.
    public var subjectPublicKeyInfo: [UInt8] {
        encoded { i2d_X509_PUBKEY(X509_get_X509_PUBKEY(handle), &$0) }
    }

    /// What names it in a certificate request, as an authority (RFC 7296 §3.7): SHA-1 over its key.
    public func subjectPublicKeyInfoHash() throws(CryptoError) -> [UInt8] {
        try Digest.sha1(subjectPublicKeyInfo)
    }

    /// SHA-1 over the whole, for hash and URL (RFC 7296 §3.6).
    public func fingerprint() throws(CryptoError) -> [UInt8] { try Digest.sha1(der) }

    /// The identifier that the subject's authority gave its key.
    public var subjectKeyIdentifier: [UInt8]? {
        X509_get0_subject_key_id(handle).map { octets(of: $0) }
    }

    /// The same of the key that signed it.
    public var authorityKeyIdentifier: [UInt8]? {
        X509_get0_authority_key_id(handle).map { octets(of: $0) }
    }

    /// What the key may be used for; `nil` when that is left open.
    public var keyUsage: KeyUsage? {
        let usage = X509_get_key_usage(handle)
        return usage == .max ? nil : KeyUsage(rawValue: usage)
    }

    /// Whether the subject may sign certificates.
    public var isAuthority: Bool {
        X509_get_extension_flags(handle) & UInt32(EXFLAG_CA) != 0
    }

    /// How many authorities may stand between this one and the last certificate of a chain.
    public var pathLength: Int? {
        let length = X509_get_pathlen(handle)
        return length < 0 ? nil : length
    }

    /// Whether its own key signed it.
    public var isSelfSigned: Bool {
        defer { ERR_clear_error() }
        return X509_self_signed(handle, 1) == 1
    }

    /// Whether it is about this key.
    public func isAbout(_ key: PrivateKey) -> Bool { publicKey == key.publicKey }

    /// What else the key may be used for; `nil` when that is left open.
    public var extendedKeyUsage: ExtendedKeyUsage? {
        CertificateExtensions(of: handle).extendedKeyUsage
    }

    /// Where its state can be asked for (RFC 6960 §3.1).
    public var ocspResponders: [String] { CertificateExtensions(of: handle).ocspResponders }

    /// Where lists can be had that it would be on (RFC 5280 §4.2.1.13).
    public var revocationLists: [String] { CertificateExtensions(of: handle).revocationLists }
}

/// The octets of a string of libcrypto's.
func octets(of string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
    guard let string, let start = ASN1_STRING_get0_data(string) else { return [] }
    return [UInt8](
        UnsafeBufferPointer(start: start, count: max(0, Int(ASN1_STRING_length(string)))))
}
