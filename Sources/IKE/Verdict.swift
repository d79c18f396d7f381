import Crypto

/// What came of a ``Verification``.
public struct Verdict: Sendable {
    /// What it is.
    public enum Decision: Sendable {
        /// The peer's signature is by what is believed.
        case believed(Proven)
        /// That depends on what is answered to these: the certificate itself, or whether it has been
        /// revoked. It is to be verified again then.
        case wanting([FetchQuestion], Verification)
        /// The peer has proved nothing, and why.
        case unproved(String)
    }

    /// What a signature was made by.
    public enum Proven: Sendable {
        /// The key of this certificate.
        case certificate(X509Certificate)
        /// A key that the keystore has for the peer (RFC 7670).
        case rawKey(PublicKey)

        var key: PublicKey {
            switch self {
            case .certificate(let certificate): certificate.publicKey
            case .rawKey(let key): key
            }
        }
    }

    /// What it is.
    let decision: Decision
    /// Answers that are worth keeping.
    let learned: [FetchKey: FetchAnswer]
    /// What was fetched in vain, and why that was so.
    let failed: [FetchKey: String]
    /// What the log should say.
    let remarks: [StatusRemark]

    /// A decision on what the peer sent.
    init(
        _ decision: Decision, _ sent: SentCertificates, _ judgement: ChainJudgement? = nil
    ) {
        self.decision = decision
        var learned = judgement?.learned ?? [:]
        if case .believed = decision {
            for (key, answer) in sent.found { learned[key] = answer }
        }
        self.learned = learned
        var failed = judgement?.failed ?? [:]
        for (key, reason) in sent.failed { failed[key] = reason }
        self.failed = failed
        remarks = sent.remarks + (judgement?.remarks ?? [])
    }
}
