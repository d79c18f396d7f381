import Crypto

/// What came of a ``Verification``.
public struct Verdict: Sendable {
    /// What it is.
    public enum Decision: Sendable {
        /// The signature was made by the key of this certificate, which is believed.
        case believed(X509Certificate)
        /// That depends on what is answered to these: the certificate itself, or whether it has been
        /// revoked. It is to be verified again then.
        case wanting([FetchQuestion], Verification)
        /// The peer has proved nothing, and why.
        case unproved(String)
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
        if case .believed = decision { learned.merge(sent.found) { _, new in new } }
        self.learned = learned
        failed = sent.failed.merging(judgement?.failed ?? [:]) { _, new in new }
        remarks = sent.remarks + (judgement?.remarks ?? [])
    }
}
