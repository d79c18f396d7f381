/// Whether the certificates of a chain have been revoked, by all that is known (RFC 5280 §6.3,
/// RFC 6960), and what is to be fetched where that is not enough.
///
/// The chain has been validated but for this: a URL counts because an authority that is believed
/// signed it, never because a peer sent it.
struct StatusCheck {
    private let policy: CertificatePolicy
    private let evidence: StatusEvidence
    private let moment: Int64
    /// What is to be fetched first.
    private(set) var questions: [FetchQuestion] = []
    /// The lists that count.
    private(set) var lists: [RevocationList]
    /// The certificates that need no list: a responder has spoken for them, or the policy lets it
    /// pass that nobody has.
    private(set) var excused: [X509Certificate] = []
    /// Answers worth keeping.
    private(set) var learned: [FetchKey: FetchAnswer] = [:]
    /// What was fetched in vain, and why that was so.
    private(set) var failed: [FetchKey: String] = [:]
    /// What the log should say.
    private(set) var remarks: [StatusRemark] = []

    init(_ policy: CertificatePolicy, _ evidence: StatusEvidence, at moment: Int64) {
        self.policy = policy
        self.evidence = evidence
        self.moment = moment
        lists = evidence.lists
    }

    /// Looks at all certificates of a chain but the last: that is believed for being in the keystore.
    mutating func examine(_ chain: CertificateChain) throws(ChainRefusal) {
        for (certificate, issuer) in zip(chain.certificates, chain.certificates.dropFirst()) {
            try examine(certificate, issuer)
        }
        if chain.certificates.count > 1, let anchor = chain.certificates.last {
            excused.append(anchor)
        }
    }

    private mutating func examine(
        _ certificate: X509Certificate, _ issuer: X509Certificate
    ) throws(ChainRefusal) {
        var failure: ChainRefusal.Reason?
        if policy.fetching.asksResponders {
            for der in evidence.sent {
                guard case .good = try judge(der, certificate, issuer) else { continue }
                speakFor(certificate, "an OCSP response that the peer sent")
                return
            }
            for url in policy.fetching.places(ofResponders: certificate) {
                switch try response(from: url, certificate, issuer) {
                case .known, .asked: return
                case .failed(let reason): failure = reason
                }
            }
        }
        if evidence.lists.contains(where: { fault(of: $0, issuer) == nil }) { return }
        if policy.fetching.fetchesRevocationLists {
            for url in FetchPolicy.places(certificate.revocationLists) {
                switch list(from: url, certificate, issuer) {
                case .known, .asked: return
                case .failed(let reason): failure = reason
                }
            }
        }
        // Of one that names no place to ask at, the policy about lists decides.
        guard let failure else { return }
        let refusal = certificate.refused(failure)
        guard policy.fetching.isSoft else { throw refusal }
        remarks.append(
            StatusRemark(isWarning: true, "\(refusal); it is taken for good, as the policy says"))
        excused.append(certificate)
    }

    /// What is known from one place.
    private enum Finding {
        /// It has answered.
        case known
        /// It is to be asked.
        case asked
        /// It has not answered, or nothing that says anything.
        case failed(ChainRefusal.Reason)
    }

    private mutating func speakFor(_ certificate: X509Certificate, _ source: String) {
        excused.append(certificate)
        remarks.append(
            StatusRemark(isWarning: false, "certificate \(certificate): good, by \(source)"))
    }

    private mutating func ask(_ question: FetchQuestion) -> Finding {
        if !questions.contains(where: { $0.key == question.key }) { questions.append(question) }
        return .asked
    }
}

/// What the log should say of a status.
public struct StatusRemark: Hashable, Sendable {
    /// Whether everybody should see it.
    public let isWarning: Bool
    /// The line.
    public let text: String

    /// A remark from its parts.
    public init(isWarning: Bool, _ text: String) {
        self.isWarning = isWarning
        self.text = text
    }
}

// Responders.
extension StatusCheck {
    /// What an OCSP response says.
    private enum Status {
        case good
        case unknown(ChainRefusal.Reason)
        case revoked(ChainRefusal)
    }

    private func status(
        _ der: [UInt8], _ certificate: X509Certificate, _ issuer: X509Certificate
    ) -> Status {
        do throws(ChainRefusal) {
            _ = try OCSPResponse(
                der: der, about: certificate, issuer: issuer, policy: policy.responses, at: moment)
            return .good
        } catch {
            if case .revoked = error.reason { return .revoked(error) }
            return .unknown(error.reason)
        }
    }

    /// The same, where a revocation ends everything.
    private func judge(
        _ der: [UInt8], _ certificate: X509Certificate, _ issuer: X509Certificate
    ) throws(ChainRefusal) -> Status {
        let status = status(der, certificate, issuer)
        if case .revoked(let refusal) = status { throw refusal }
        return status
    }

    private mutating func response(
        from url: String, _ certificate: X509Certificate, _ issuer: X509Certificate
    ) throws(ChainRefusal) -> Finding {
        let question: FetchQuestion
        do throws(CryptoError) {
            question = try FetchQuestion(
                responder: url, about: certificate, issuer: issuer, policy: policy.fetching)
        } catch {
            return .failed(.statusUnknown(error.description))
        }
        switch evidence.fetched[question.key] {
        case .failed(let why):
            failed[question.key] = why
            return .failed(.statusUnknown("\(url): \(why)"))
        case .untried(let why): return .failed(.statusUnknown("\(url): \(why)"))
        case .octets(let der):
            let status = status(der, certificate, issuer)
            if case .unknown(let reason) = status {
                failed[question.key] = reason.description
                return .failed(reason)
            }
            learned[question.key] = .response(der)
            if case .revoked(let refusal) = status { throw refusal }
        case nil:
            guard case .response(let der) = evidence.known[question.key],
                case .good = try judge(der, certificate, issuer)
            else { return ask(question) }
        }
        speakFor(certificate, url)
        return .known
    }
}

// Lists.
extension StatusCheck {
    /// Why a list does not count for the certificates of an issuer.
    private func fault(
        of list: RevocationList, _ issuer: X509Certificate
    ) -> ChainRefusal.Reason? {
        guard policy.chain.revocationLists != .ignored else {
            return .statusUnknown("revocation lists are not looked at")
        }
        guard list.issuer == issuer.subject else {
            return .statusUnknown("the revocation list is that of another issuer")
        }
        guard policy.chain.ignoresRevocationListSignature || list.isSigned(by: issuer) else {
            return .wrongRevocationList
        }
        guard policy.chain.ignoresRevocationListDate || list.isCurrent(at: moment) else {
            return .staleRevocationList
        }
        return nil
    }

    private mutating func list(
        from url: String, _ certificate: X509Certificate, _ issuer: X509Certificate
    ) -> Finding {
        let question: FetchQuestion
        do throws(CryptoError) {
            question = try FetchQuestion(
                listOf: certificate, at: url, policy: policy.fetching)
        } catch {
            return .failed(.statusUnknown(error.description))
        }
        switch evidence.fetched[question.key] {
        case .failed(let why):
            failed[question.key] = why
            return .failed(.statusUnknown("\(url): \(why)"))
        case .untried(let why): return .failed(.statusUnknown("\(url): \(why)"))
        case .octets(let der):
            do throws(CryptoError) {
                let list = try RevocationList(der: der)
                if let fault = fault(of: list, issuer) {
                    failed[question.key] = fault.description
                    return .failed(fault)
                }
                learned[question.key] = .list(list)
                lists.append(list)
            } catch {
                failed[question.key] = error.description
                return .failed(.statusUnknown("\(url): \(error)"))
            }
        case nil:
            guard case .list(let list) = evidence.known[question.key],
                fault(of: list, issuer) == nil
            else { return ask(question) }
            lists.append(list)
        }
        remarks.append(
            StatusRemark(
                isWarning: false, "certificate \(certificate): there is a list from \(url)"))
        return .known
    }
}

extension FetchPolicy {
    /// A certificate is not asked about in more places than that: authorities name a second one for
    /// when the first is down.
    private static let mostPlaces = 2

    /// Whether OCSP is used.
    public var asksResponders: Bool { responder != nil || asksResponderOfCertificate }

    /// Where responders are asked about a certificate.
    func places(ofResponders certificate: X509Certificate) -> [String] {
        if let responder { return Self.places([responder]) }
        return asksResponderOfCertificate ? Self.places(certificate.ocspResponders) : []
    }

    /// Those of a certificate's URLs that are asked.
    static func places(_ urls: [String]) -> [String] {
        Array(urls.lazy.filter { isFetched($0) }.prefix(mostPlaces))
    }

    /// Whether anything is ever fetched from a URL: only by HTTP.
    public static func isFetched(_ url: String) -> Bool {
        url.utf8.count <= HashAndURL.longestURL && url.lowercased().hasPrefix("http://")
    }
}
