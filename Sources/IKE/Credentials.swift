import Crypto
import Net
import Policy
import Wire

/// The certificates by which this host proves itself, and those by which it believes others.
///
/// It never changes; a refresh puts another in its place.
public final class Credentials: Sendable {
    /// A key of ours with what shows whose it is.
    public struct Identity: Sendable {
        /// What shows it.
        enum Evidence {
            /// A certificate, with the authorities above it as far as they are known: a root comes
            /// last.
            case certificate(X509Certificate, authorities: [X509Certificate])
            /// Nothing but that peers have it in their keystores, as the key of this owner.
            case rawKey(owner: Identification)
        }

        let evidence: Evidence
        let key: PrivateKey
        /// The hashes of the keys of the certificate and those above it, by which CERTREQ payloads
        /// ask for it.
        fileprivate let hashes: [[UInt8]]
        /// What goes into CERT payloads: the certificate first, then what the peer may lack. Roots
        /// it has, or does not believe.
        fileprivate let sent: [X509Certificate]
    }

    let identities: [Identity]
    let certificates: [X509Certificate]
    let revocationLists: [RevocationList]
    /// The keys that are believed without certificates, ours among them, by their owners.
    private let rawKeys: [Identification: [PublicKey]]
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
    ///   - rawKeys: the keys that are believed without certificates, ours among them.
    ///   - bareIdentities: who we are by keys without certificates.
    ///   - policy: what the chains of peers must fulfil, and how they are asked about.
    public init(
        identities: [(certificate: X509Certificate, key: PrivateKey)],
        certificates: [X509Certificate], revocationLists: [RevocationList],
        rawKeys: [RawKey] = [],
        bareIdentities: [(owner: Identification, key: PrivateKey)] = [],
        policy: CertificatePolicy
    ) throws(CryptoError) {
        self.rawKeys = Dictionary(grouping: rawKeys) { $0.owner.canonical }
            .mapValues { $0.map { $0.key } }
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
                    evidence: .certificate(certificate, authorities: authorities), key: key,
                    hashes: hashes,
                    sent: [certificate] + authorities.filter { !$0.isSelfSigned }))
        }
        own += bareIdentities.map {
            Identity(evidence: .rawKey(owner: $0.owner), key: $0.key, hashes: [], sent: [])
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
                && named.map { identity.isOf($0) } ?? true
        }
    }

    /// The keys without certificates that a peer may prove itself by. No authority has seen them.
    func rawKeys(of peer: Identification, for rule: Rule) -> [PublicKey] {
        guard rule.requiredIssuers.isEmpty else { return [] }
        return rawKeys[peer.canonical] ?? []
    }

    /// What a rule lacks here, in words; `nil` when it lacks nothing.
    public func lack(for rule: Rule) -> String? {
        if rule.localAuthentication != .preshared,
            identities(for: rule, named: rule.localID).isEmpty
        {
            let whom = rule.localID.map { " for \($0.words)" } ?? ""
            return "the keystore has no certificate or public key with a private key\(whom) "
                + "(\(rule.localAuthentication.name))"
        }
        if rule.remoteAuthentication != .preshared, certificates.isEmpty, rawKeys.isEmpty {
            return "the keystore has no certificate or public key by which a peer is believed"
        }
        return nil
    }
}

extension Credentials.Identity {
    /// Who we are by it where nobody says otherwise.
    var identification: Identification {
        switch evidence {
        case .certificate(let certificate, _): certificate.identity
        case .rawKey(let owner): owner
        }
    }

    /// Whether it shows that we are somebody.
    func isOf(_ identity: Identification) -> Bool {
        switch evidence {
        case .certificate(let certificate, _): identity.isNamed(by: certificate)
        case .rawKey(let owner): identity.isSame(as: owner)
        }
    }

    /// What goes into CERT payloads. A key without a certificate goes to who asks for it; others
    /// know it, or do not believe it.
    func sent(to wishes: ProofWishes) -> [Certificate] {
        switch evidence {
        case .certificate:
            sent.map { Certificate(encoding: .x509Signature, data: $0.der) }
        case .rawKey:
            wishes.wantsRawKeys
                ? [Certificate(encoding: .rawPublicKey, data: key.publicKey.subjectPublicKeyInfo)]
                : []
        }
    }

    /// Whether CERTREQ payloads ask for it: by one of the authorities above it, or itself.
    func isAsked(by wishes: ProofWishes) -> Bool {
        switch evidence {
        case .certificate: isAsked(by: wishes.authorities)
        case .rawKey: wishes.wantsRawKeys
        }
    }

    /// Whether one of the authorities stands above it, or is it.
    func isAsked(by authorities: [UInt8]) -> Bool {
        hashes.contains { hash in
            stride(from: 0, to: authorities.count, by: hash.count).contains { start in
                authorities[start...].starts(with: hash)
            }
        }
    }
}

extension Credentials.Identity: CustomStringConvertible {
    /// What the peer has to believe, for the log.
    public var description: String {
        switch evidence {
        case .certificate(let certificate, _): certificate.description
        case .rawKey(let owner): "the public key of \(owner.words) (\(key.kind.name))"
        }
    }
}
