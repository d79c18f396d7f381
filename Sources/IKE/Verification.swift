import Crypto
import Wire

// Signatures of AUTH payloads, which workers make and check.

/// A signature to be made.
public struct Signing: Sendable {
    let key: PrivateKey
    let scheme: SignatureScheme
    let octets: [UInt8]
}

/// A peer's signature, and the certificates that are to show whose it is.
public struct Verification: Sendable {
    /// What the peer sent, its own certificate first.
    let sent: [SentCertificate]
    /// Whether certificates are fetched from where the peer says that they are.
    let fetchesCertificates: Bool
    /// Certificates of ours that may be the peer's, where it sent none.
    let known: [X509Certificate]
    /// The public key without a certificate that the peer sent (RFC 7670), in DER.
    let sentKey: [UInt8]?
    /// Those of the keystore that may be the peer's.
    let rawKeys: [PublicKey]
    let proof: Authentication
    let octets: [UInt8]
    let credentials: Credentials
    let requiredIssuers: [DistinguishedName]
    /// What is known of revocations.
    var evidence: StatusEvidence
    /// Seconds since 1970.
    var moment: Int64
    /// Until when others may answer, once they have been asked.
    var answersBy: Instant?

    /// The hashes that we announce (RFC 7427 §4). SHA-1 is not for those who can choose.
    static let hashes: [SignatureHashAlgorithm] = [.sha256, .sha384, .sha512, .identity]

    /// Finds the key that made the signature, and whether it is believed.
    func run() -> Verdict {
        var collected = SentCertificates()
        // What the keystore says of a key counts, whatever certificate comes with it.
        if let key = rawKey() { return Verdict(.believed(.rawKey(key)), collected) }
        do throws(SentCertificates.Failure) {
            try collected.collect(
                sent,
                SentCertificates.Rules(
                    fetches: fetchesCertificates, policy: credentials.policy.fetching),
                known: credentials.certificates, evidence)
            guard collected.questions.isEmpty else {
                return Verdict(.wanting(collected.questions, self), collected)
            }
            return try judge(collected)
        } catch {
            return Verdict(.unproved(error.reason), collected)
        }
    }

    private func judge(
        _ collected: SentCertificates
    ) throws(SentCertificates.Failure) -> Verdict {
        let (leaf, others) = try read(collected.certificates)
        var failure = withoutCertificate
        for certificate in leaf.map({ [$0] }) ?? known {
            do throws(CryptoError) {
                try certificate.publicKey.verify(proof, of: octets, offered: Self.hashes)
            } catch {
                failure = SentCertificates.Failure("\(certificate): \(error)")
                continue
            }
            return judge(certificate, with: others, collected)
        }
        throw failure
    }

    /// The key of the keystore that made the signature, if one did.
    private func rawKey() -> PublicKey? {
        rawKeys.first { key in
            do throws(CryptoError) {
                try key.verify(proof, of: octets, offered: Self.hashes)
                return true
            } catch {
                return false
            }
        }
    }

    /// Why a peer proved nothing that sent no certificate.
    private var withoutCertificate: SentCertificates.Failure {
        if let sentKey, !rawKeys.contains(where: { $0.subjectPublicKeyInfo == sentKey }) {
            return SentCertificates.Failure(
                "the public key that the peer sent is not in the keystore as its own")
        }
        return SentCertificates.Failure(
            rawKeys.isEmpty
                ? "the peer sent no certificate, and the keystore has neither one nor a public key "
                    + "of it"
                : "its public key in the keystore did not make the signature")
    }

    /// What is thought of a certificate whose key made the signature.
    private func judge(
        _ certificate: X509Certificate, with others: [X509Certificate],
        _ collected: SentCertificates
    ) -> Verdict {
        let judgement = credentials.trust.judge(
            certificate, intermediates: others, requiredIssuers: requiredIssuers,
            evidence: evidence, policy: credentials.policy, at: moment)
        let decision: Verdict.Decision =
            switch judgement.decision {
            case .believed: .believed(.certificate(certificate))
            case .wanting(let questions): .wanting(questions, self)
            case .refused(let refusal): .unproved(refusal.description)
            }
        return Verdict(decision, collected, judgement)
    }

    private func read(
        _ certificates: [[UInt8]]
    ) throws(SentCertificates.Failure) -> (leaf: X509Certificate?, others: [X509Certificate]) {
        guard let first = certificates.first else { return (nil, []) }
        guard certificates.count <= TrustStore.mostIntermediates + 1 else {
            throw SentCertificates.Failure("the peer sent \(certificates.count) certificates")
        }
        let leaf: X509Certificate
        do throws(CryptoError) {
            leaf = try X509Certificate(der: first)
        } catch {
            throw SentCertificates.Failure("the peer's certificate: \(error)")
        }
        // One that cannot be read cannot be part of the chain.
        return (leaf, certificates.dropFirst().compactMap { try? X509Certificate(der: $0) })
    }
}
