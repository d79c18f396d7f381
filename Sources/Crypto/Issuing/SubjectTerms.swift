import COpenSSL

/// What a certificate, or a request for one, says of its subject.
public struct SubjectTerms: Sendable {
    /// Whom it is about; with other names it may have no attributes (RFC 5280 §4.1.2.6).
    public var subject: DistinguishedName
    /// The subject's other names.
    public var alternativeNames: [AlternativeName]
    /// Whether whoever cannot read those names must refuse the certificate.
    public var hasCriticalNames: Bool
    /// What the key may be used for; `nil` leaves it open.
    public var keyUsage: KeyUsage?
    /// Whether whoever does not know the usage must refuse the certificate.
    public var hasCriticalUsage: Bool
    /// The purposes; `nil` leaves them open.
    public var extendedKeyUsage: ExtendedKeyUsage?

    /// All that is said.
    public init(
        subject: DistinguishedName, alternativeNames: [AlternativeName] = [],
        hasCriticalNames: Bool = false, keyUsage: KeyUsage? = nil, hasCriticalUsage: Bool = false,
        extendedKeyUsage: ExtendedKeyUsage? = nil
    ) {
        self.subject = subject
        self.alternativeNames = alternativeNames
        self.hasCriticalNames = hasCriticalNames
        self.keyUsage = keyUsage
        self.hasCriticalUsage = hasCriticalUsage
        self.extendedKeyUsage = extendedKeyUsage
    }

    /// Whether the subject may sign certificates.
    public var isAuthority: Bool { keyUsage?.contains(.keyCertSign) ?? false }

    /// libcrypto's form of the subject, for the caller to free.
    func newSubject() throws(CryptoError) -> OpaquePointer {
        try subject.newHandle()
    }

    /// The extensions that say it.
    func write(to list: ExtensionList) throws(CryptoError) {
        try list.addConstraints(isAuthority: isAuthority)
        if let keyUsage { try list.add(keyUsage, isCritical: hasCriticalUsage) }
        if let extendedKeyUsage { try list.add(extendedKeyUsage) }
        guard !alternativeNames.isEmpty else { return }
        // Without a subject they are all that there is (RFC 5280 §4.2.1.6).
        try list.add(alternativeNames, isCritical: hasCriticalNames || subject.isEmpty)
    }
}
