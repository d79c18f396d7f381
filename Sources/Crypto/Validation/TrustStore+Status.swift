/// What is thought of a certificate, once its chain and the status of all in it have been looked at.
public struct ChainJudgement: Sendable {
    /// What comes of it.
    public enum Decision: Sendable {
        /// The certificate is believed.
        case believed(CertificateChain)
        /// That depends on what is answered to these.
        case wanting([FetchQuestion])
        /// It is not.
        case refused(ChainRefusal)
    }

    /// What comes of it.
    public let decision: Decision
    /// Answers that were found right and are worth keeping.
    public let learned: [FetchKey: FetchAnswer]
    /// What was fetched in vain, and why that was so.
    public let failed: [FetchKey: String]
    /// What the log should say.
    public let remarks: [StatusRemark]
}

extension TrustStore {
    /// Checks a peer's certificate as ``validate(_:intermediates:revocationLists:requiredIssuers:at:)``
    /// does, and asks after the status of all certificates in its chain where the policy wants that.
    public func judge(
        _ certificate: X509Certificate, intermediates: [X509Certificate] = [],
        requiredIssuers: [DistinguishedName] = [], evidence: StatusEvidence,
        policy: CertificatePolicy, at moment: Int64
    ) -> ChainJudgement {
        var check = StatusCheck(policy, evidence, at: moment)
        func judgement(_ decision: ChainJudgement.Decision) -> ChainJudgement {
            ChainJudgement(
                decision: decision, learned: check.learned, failed: check.failed,
                remarks: check.remarks)
        }
        do throws(ChainRefusal) {
            if policy.fetching.fetches {
                let chain = try validate(
                    certificate, intermediates: intermediates, ignoringRevocation: true,
                    requiredIssuers: requiredIssuers, at: moment)
                try check.examine(chain)
                guard check.questions.isEmpty else { return judgement(.wanting(check.questions)) }
            }
            return judgement(
                .believed(
                    try validate(
                        certificate, intermediates: intermediates, revocationLists: check.lists,
                        excused: check.excused, requiredIssuers: requiredIssuers, at: moment)))
        } catch {
            return judgement(.refused(error))
        }
    }
}
