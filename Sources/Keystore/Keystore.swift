import Crypto
import Net

/// The certificates, private keys and revocation lists of the daemon, as they were read together.
///
/// It never changes. Reading anew makes another one, with the same objects for what is the same, so
/// that SAs which use the old one cost nothing.
public struct Keystore: Sendable {
    /// A certificate whose key is there: what we can prove to be.
    public struct Identity: Sendable {
        /// The certificate.
        public let certificate: X509Certificate
        /// Its key.
        public let key: PrivateKey
    }

    /// All certificates, our own among them.
    public let certificates: [X509Certificate]
    /// Those with a key, in the same order.
    public let identities: [Identity]
    /// The revocation lists.
    public let revocationLists: [RevocationList]

    private let bySubject: [DistinguishedName: [X509Certificate]]
    private let byName: [AlternativeName: [X509Certificate]]
    private let byKeyHash: [[UInt8]: [X509Certificate]]

    /// A keystore without anything.
    public init() {
        self.init(certificates: [], keys: [], revocationLists: [])
    }

    /// Sorts what was read; a key goes with every certificate that is about it.
    init(
        certificates: [X509Certificate], keys: [PrivateKey], revocationLists: [RevocationList]
    ) {
        self.certificates = certificates
        self.revocationLists = revocationLists
        var keysByInfo: [[UInt8]: PrivateKey] = [:]
        for key in keys { keysByInfo[key.publicKey.subjectPublicKeyInfo] = key }
        var identities: [Identity] = []
        var bySubject: [DistinguishedName: [X509Certificate]] = [:]
        var byName: [AlternativeName: [X509Certificate]] = [:]
        var byKeyHash: [[UInt8]: [X509Certificate]] = [:]
        for certificate in certificates {
            if let key = keysByInfo[certificate.publicKey.subjectPublicKeyInfo] {
                identities.append(Identity(certificate: certificate, key: key))
            }
            bySubject[certificate.subject, default: []].append(certificate)
            for name in certificate.alternativeNames {
                byName[Self.comparable(name), default: []].append(certificate)
            }
            do throws(CryptoError) {
                byKeyHash[try certificate.subjectPublicKeyInfoHash(), default: []]
                    .append(certificate)
            } catch {
                // Without SHA-1 no certificate request names anything.
            }
        }
        self.identities = identities
        self.bySubject = bySubject
        self.byName = byName
        self.byKeyHash = byKeyHash
    }
}

// Looking up.
extension Keystore {
    /// The certificates about this subject.
    public func certificates(subject: DistinguishedName) -> [X509Certificate] {
        bySubject[subject] ?? []
    }

    /// The certificates with this alternative name.
    public func certificates(named name: AlternativeName) -> [X509Certificate] {
        if case .other = name { return [] }
        return byName[Self.comparable(name)] ?? []
    }

    /// The certificates whose key has this SHA-1: those that a certificate request names (RFC 7296
    /// §3.7).
    public func certificates(keyHash: [UInt8]) -> [X509Certificate] { byKeyHash[keyHash] ?? [] }

    /// The key of a certificate, if it is there.
    public func key(of certificate: X509Certificate) -> PrivateKey? {
        identities.first { $0.certificate == certificate }?.key
    }

    /// The case of letters makes no difference in host names (RFC 5280 §7.2, §7.5).
    private static func comparable(_ name: AlternativeName) -> AlternativeName {
        switch name {
        case .dns(let host): return .dns(host.lowercased())
        case .email(let mailbox):
            guard let at = mailbox.lastIndex(of: "@") else { return name }
            return .email(String(mailbox[..<at]) + mailbox[at...].lowercased())
        case .address, .uri, .directoryName, .other: return name
        }
    }
}
