import Crypto
import Net
import Policy
import Wire

/// The certificates by which this host proves itself, and those by which it believes others.
///
/// It never changes; a refresh puts another in its place.
public final class Credentials: Sendable {
    /// A certificate of ours with its key.
    public struct Identity: Sendable {
        let certificate: X509Certificate
        let key: PrivateKey
        /// The authorities above it, as far as they are known: a root comes last.
        let authorities: [X509Certificate]
        /// The hashes of its key and theirs, by which CERTREQ payloads ask for it.
        fileprivate let hashes: [[UInt8]]

        /// What goes into CERT payloads: the certificate first, then what the peer may lack. Roots
        /// it has, or does not believe.
        let sent: [X509Certificate]
    }

    let identities: [Identity]
    let certificates: [X509Certificate]
    let revocationLists: [RevocationList]
    /// What the chains of peers must fulfil, and how they are asked about.
    let policy: CertificatePolicy
    let trust: TrustStore
    /// What our CERTREQ payloads hold: the hashes of the keys of those whom we believe.
    let authorities: [UInt8]
    /// What they hold where OCSP responses are wanted along with certificates (RFC 4806 §3.1): the
    /// hash of the key of the responder that is believed, or nothing for those of the authorities.
    let responders: [UInt8]?

    /// Authorities above one of our certificates: more is a loop.
    private static let longestPath = 8
    /// Authorities in a CERTREQ: what goes into one datagram with all else.
    private static let mostAuthorities = 40

    /// Without any.
    public static func none() throws(CryptoError) -> Credentials {
        try Credentials(
            identities: [], certificates: [], revocationLists: [], policy: CertificatePolicy())
    }

    /// Sorts what a keystore holds.
    ///
    /// - Parameters:
    ///   - identities: certificates of ours, each with its key.
    ///   - certificates: all that are believed, ours among them.
    ///   - policy: what the chains of peers must fulfil, and how they are asked about.
    public init(
        identities: [(certificate: X509Certificate, key: PrivateKey)],
        certificates: [X509Certificate], revocationLists: [RevocationList],
        policy: CertificatePolicy
    ) throws(CryptoError) {
        self.certificates = certificates
        self.revocationLists = revocationLists
        self.policy = policy
        trust = try TrustStore(certificates: certificates, policy: policy.chain)
        var own: [Identity] = []
        for (certificate, key) in identities {
            let authorities = Self.authorities(above: certificate, in: certificates)
            var hashes: [[UInt8]] = []
            for candidate in [certificate] + authorities {
                hashes.append(try candidate.subjectPublicKeyInfoHash())
            }
            own.append(
                Identity(
                    certificate: certificate, key: key, authorities: authorities, hashes: hashes,
                    sent: [certificate] + authorities.filter { !$0.isSelfSigned }))
        }
        self.identities = own
        var hashes: [UInt8] = []
        let believed = trust.anchors.filter { $0.isAuthority }
        // A peer that signed itself is asked for by its own name: there is no other.
        for anchor in (believed.isEmpty ? trust.anchors : believed).prefix(Self.mostAuthorities) {
            hashes += try anchor.subjectPublicKeyInfoHash()
        }
        authorities = hashes
        responders =
            policy.fetching.asksResponders
            ? try policy.responses.responder?.subjectPublicKeyInfoHash() ?? [] : nil
    }

    private static func authorities(
        above certificate: X509Certificate, in certificates: [X509Certificate]
    ) -> [X509Certificate] {
        var path: [X509Certificate] = []
        var lowest = certificate
        while path.count < longestPath, !lowest.isSelfSigned,
            let issuer = certificates.first(where: { $0.isAuthority && $0.subject == lowest.issuer }
            )
        {
            path.append(issuer)
            lowest = issuer
        }
        return path
    }
}

extension Credentials {
    /// Our certificates by which a rule lets us prove that we are somebody.
    func identities(for rule: Rule, named: Identification?) -> [Identity] {
        identities.filter { identity in
            rule.localAuthentication.allows(identity.key.publicKey.kind.family)
                && named.map { $0.isNamed(by: identity.certificate) } ?? true
        }
    }

    /// What a rule lacks here, in words; `nil` when it lacks nothing.
    public func lack(for rule: Rule) -> String? {
        if rule.localAuthentication != .preshared,
            identities(for: rule, named: rule.localID).isEmpty
        {
            let whom = rule.localID.map { " for \($0.words)" } ?? ""
            return "the keystore has no certificate with a private key\(whom) "
                + "(\(rule.localAuthentication.name))"
        }
        if rule.remoteAuthentication != .preshared, certificates.isEmpty {
            return "the keystore has no certificate by which a peer is believed"
        }
        return nil
    }
}

extension Credentials.Identity {
    /// Whether a CERTREQ payload asks for it: by one of the authorities above it, or itself.
    func isAsked(by authorities: [UInt8]) -> Bool {
        hashes.contains { hash in
            stride(from: 0, to: authorities.count, by: hash.count).contains { start in
                authorities[start...].starts(with: hash)
            }
        }
    }
}
