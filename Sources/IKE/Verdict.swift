import Crypto

/// What came of a ``Verification``.
public struct Verdict: Sendable {
    /// What it is.
    public enum Decision: Sendable {
        /// The signature was made by the key of this certificate, which is believed.
        case believed(X509Certificate)
        /// It is the signature of a certificate that may have been revoked: to be verified again
        /// when these are answered.
        case wanting([FetchQuestion], Verification)
        /// The peer has proved nothing, and why.
        case unproved(String)
    }

    /// What it is.
    let decision: Decision
    /// Answers about revocation that are worth keeping.
    let learned: [FetchKey: FetchAnswer]
    /// What the log should say.
    let remarks: [StatusRemark]

    init(
        _ decision: Decision, learned: [FetchKey: FetchAnswer] = [:],
        remarks: [StatusRemark] = []
    ) {
        self.decision = decision
        self.learned = learned
        self.remarks = remarks
    }
}
