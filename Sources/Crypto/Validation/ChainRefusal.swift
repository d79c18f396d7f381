/// Why a certificate is not accepted: which one of its chain is at fault, and what is wrong with it.
public struct ChainRefusal: Error, Equatable, Sendable {
    /// Whom the certificate at fault is about.
    public let subject: DistinguishedName
    /// Its serial number, in hexadecimal digits.
    public let serial: String
    /// What is wrong.
    public let reason: Reason

    /// What is wrong with a certificate.
    public enum Reason: Equatable, Sendable {
        /// It holds later only; seconds since 1970.
        case notYetValid(from: Int64)
        /// It holds no more; seconds since 1970.
        case expired(at: Int64)
        /// It is self-signed, and not in the keystore.
        case selfSignedUntrusted
        /// The keystore and the peer have no certificate of its issuer.
        case issuerUnknown(DistinguishedName)
        /// Its issuer's key did not sign it.
        case wrongSignature
        /// It was signed over a hash for which others with the same value can be made.
        case weakHash(String)
        /// It signed another, and may not.
        case notAnAuthority
        /// There are more authorities behind it than it, or the policy, allows.
        case pathTooLong
        /// It has a critical extension that nobody here knows (RFC 5280 §4.2).
        case unknownCriticalExtension
        /// One of its names is outside of what an authority may certify (RFC 5280 §4.2.1.10).
        case nameNotPermitted
        /// One of its names is among those that an authority may not certify.
        case nameExcluded
        /// Its key is not for signatures, or not for what the policy asks.
        case keyUsage(lacking: [String])
        /// It is not for the purposes that the policy asks.
        case extendedKeyUsage(lacking: [String])
        /// It is for purposes that are unknown, and says that all must be known.
        case unknownExtendedKeyUsage([String])
        /// Its issuer has taken it back.
        case revoked(RevocationReason)
        /// There is no revocation list of its issuer, and the policy wants one.
        case noRevocationList
        /// There is only a list of its issuer's that is stale, or not yet current.
        case staleRevocationList
        /// The signature of its issuer's list is wrong.
        case wrongRevocationList
        /// No OCSP response tells about it: why.
        case statusUnknown(String)
        /// Its chain passes through none of the authorities that the rule requires.
        case requiredIssuerMissing
        /// The peer sent more certificates than are looked at.
        case tooManyCertificates(Int)
        /// Anything else, in libcrypto's words.
        case other(String)
    }
}

extension ChainRefusal: CustomStringConvertible {
    /// All of it in words, for the log.
    public var description: String { "certificate \(subject) (serial \(serial)): \(reason)" }
}

extension ChainRefusal.Reason: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .notYetValid: "it is not yet valid"
        case .expired: "it has expired"
        case .selfSignedUntrusted: "it is self-signed and not in the keystore"
        case .issuerUnknown(let issuer): "no certificate of its issuer \(issuer) is known"
        case .wrongSignature: "its signature is wrong"
        case .weakHash(let hash): "it is signed over \(hash)"
        case .notAnAuthority: "it is not that of an authority"
        case .pathTooLong: "its chain is too long"
        case .unknownCriticalExtension: "it has a critical extension that is unknown"
        case .nameNotPermitted: "one of its names is not permitted to its authority"
        case .nameExcluded: "one of its names is excluded by its authority"
        case .keyUsage(let lacking): "its key usage lacks \(Self.list(lacking))"
        case .extendedKeyUsage(let lacking): "its extended key usage lacks \(Self.list(lacking))"
        case .unknownExtendedKeyUsage(let purposes):
            "its critical extended key usage is unknown: \(Self.list(purposes))"
        case .revoked(let reason): "it has been revoked (\(reason.name))"
        case .noRevocationList: "there is no revocation list of its issuer"
        case .staleRevocationList: "the revocation list of its issuer is out of date"
        case .wrongRevocationList: "the signature of its issuer's revocation list is wrong"
        case .statusUnknown(let why): "its status is unknown: \(why)"
        case .requiredIssuerMissing: "its chain passes through no required issuer"
        case .tooManyCertificates(let count): "it came with \(count) others"
        case .other(let words): words
        }
    }

    private static func list(_ names: [String]) -> String {
        var text = ""
        for name in names { text += text.isEmpty ? name : ", " + name }
        return text
    }
}
