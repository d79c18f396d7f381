import Crypto
import Net
import Policy
import Wire

/// What a peer has said about the proofs that it would believe.
struct ProofWishes {
    /// The hashes that it verifies signatures with (RFC 7427 §4).
    var hashes: [SignatureHashAlgorithm] = []
    /// The hashes of the keys of the authorities that it believes.
    var authorities: [UInt8] = []
    /// What it verifies (RFC 9593); empty when it has not said.
    var announcements: [AuthenticationAnnouncement] = []
    /// Whether it takes public keys without certificates (RFC 7670).
    var wantsRawKeys = false
    /// Whether it wants OCSP responses along with certificates (RFC 4806).
    var wantsResponses = false
}

extension ProofWishes {
    /// A certificate and a scheme of those that we have.
    ///
    /// What the peer asks for by an authority goes first, and what it has announced. One that it has
    /// not is better than none: it may have more to go by than it has told.
    func choose(
        among identities: [Credentials.Identity]
    ) -> (identity: Credentials.Identity, scheme: SignatureScheme)? {
        let asked = identities.filter { $0.isAsked(by: self) }
        let ordered = asked + identities.filter { !$0.isAsked(by: self) }
        for identity in ordered {
            for scheme in identity.key.kind.schemes(announced: hashes)
            where isAnnounced(scheme, of: identity) {
                return (identity, scheme)
            }
        }
        for identity in ordered {
            if let scheme = identity.key.kind.schemes(announced: hashes).first {
                return (identity, scheme)
            }
        }
        return nil
    }

    private func isAnnounced(
        _ scheme: SignatureScheme, of identity: Credentials.Identity
    ) -> Bool {
        announcements.contains { announcement in
            announcement.method == scheme.method
                && (announcement.method != .digitalSignature
                    || scheme.algorithm.isNamed(by: announcement.algorithm))
                && isCertified(identity, by: announcement.authority)
        }
    }

    /// Whether the authority with a number in the CERTREQ payloads stands above a certificate.
    private func isCertified(_ identity: Credentials.Identity, by authority: UInt8) -> Bool {
        guard authority > 0 else { return true }
        let length = CertificateRequest.octetsOfAuthority
        let hash = authorities.dropFirst((Int(authority) - 1) * length).prefix(length)
        return hash.count == length && identity.isAsked(by: [UInt8](hash))
    }
}

extension Contents {
    /// What a message says of the proofs that its sender would believe.
    ///
    /// The initiator announces its hashes in IKE_SA_INIT already, and the rest in IKE_AUTH.
    func wishes(hashes: [SignatureHashAlgorithm]? = nil) -> ProofWishes {
        ProofWishes(
            hashes: hashes ?? announcedHashes,
            authorities: certificateRequests.filter { $0.encoding == .x509Signature }
                .flatMap { $0.authorities },
            announcements: (notify(.supportedAuthMethods)?.data).map {
                AuthenticationAnnouncement.list($0)
            } ?? [],
            wantsRawKeys: certificateRequests.contains { $0.encoding == .rawPublicKey },
            wantsResponses: certificateRequests.contains { $0.encoding == .ocspContent })
    }

    /// The hashes that the peer verifies signatures with (RFC 7427 §4).
    var announcedHashes: [SignatureHashAlgorithm] {
        guard let data = notify(.signatureHashAlgorithms)?.data else { return [] }
        // There are 65536 of them at the most, and those that we know are few.
        return stride(from: 0, to: data.count - data.count % 2, by: 2).map {
            SignatureHashAlgorithm(rawValue: UInt16(data[$0]) << 8 | UInt16(data[$0 + 1]))
        }
    }
}

extension Engine {
    /// SUPPORTED_AUTH_METHODS (RFC 9593), where the peer may prove itself by a certificate: what it
    /// proves itself by otherwise, its own rule says.
    func methodAnnouncement(_ rules: [Rule]) -> [Payload] {
        guard rules.contains(where: { $0.remoteAuthentication != .preshared }) else { return [] }
        var data: [UInt8] = []
        for family in SignatureFamily.allCases
        where rules.contains(where: { $0.remoteAuthentication.allows(family) }) {
            for scheme in family.verifiedSchemes(Verification.hashes) {
                AuthenticationAnnouncement(
                    method: scheme.method,
                    algorithm: scheme.method == .digitalSignature ? scheme.algorithm.identifier : []
                ).append(to: &data)
            }
        }
        if rules.contains(where: { $0.remoteAuthentication == .preshared }) {
            AuthenticationAnnouncement(method: .sharedKey).append(to: &data)
        }
        return [.notify(Notify(.supportedAuthMethods, data: data))]
    }
}
