import Policy
import Crypto
import Wire

// A peer may want to hear of our own certificate from the responder of its authority, in an OCSP
// response that we send along (RFC 4806). Nobody waits for one: it is sent once it is there.

/// An OCSP response about a certificate of ours, to be looked at before peers get it.
public struct OwnStatus: Sendable {
    let certificate: X509Certificate
    let issuer: X509Certificate
    let key: FetchKey
    let policy: OCSPPolicy

    /// Looks at a response at a moment in seconds since 1970.
    func appraise(_ response: [UInt8], at moment: Int64) -> OwnStatusAppraisal {
        do throws(ChainRefusal) {
            _ = try OCSPResponse(
                der: response, about: certificate, issuer: issuer, policy: policy, at: moment)
            return .good(key, response)
        } catch {
            return .refused(error)
        }
    }
}

/// What came of looking at an OCSP response about a certificate of ours.
public enum OwnStatusAppraisal: Sendable {
    /// Peers may have it.
    case good(FetchKey, [UInt8])
    /// It is of no use to anybody.
    case refused(ChainRefusal)
}

/// What is asked about certificates of ours.
struct OwnStatuses {
    /// What is asked now, each certificate once.
    var asked: [FetchKey: OwnStatus] = [:]
    /// When more may be asked.
    var resumesAt: Instant?
}

extension FetchID {
    /// That of what no SA waits for.
    static let ours = FetchID(sa: .zero, serial: 0)
}

extension Engine {
    /// The OCSP responses to send along with a certificate of ours, as far as there are any; what is
    /// missing is asked for, for the next peer.
    func responses(about identity: Credentials.Identity) -> [[UInt8]] {
        guard case .certificate(let certificate, let authorities) = identity.evidence,
            let issuer = authorities.first,
            let question = try? FetchQuestion(
                aboutOur: certificate, issuer: issuer,
                policy: credentials.policy.fetching)
        else { return [] }
        if let answer = knownAnswers[question.key], case .response(let der) = answer,
            let isOver = try? answer.isOver(at: wallClock()), !isOver
        {
            return [der]
        }
        guard ownStatuses.asked[question.key] == nil,
            ownStatuses.resumesAt.map({ $0 <= now }) ?? true
        else { return [] }
        ownStatuses.asked[question.key] = OwnStatus(
            certificate: certificate, issuer: issuer, key: question.key,
            policy: credentials.policy.responses)
        debug(.cert, "our certificate \(question.certificate): asking \(question.url)")
        emit(.fetch(.ours, [question]))
        return []
    }

    /// A responder has answered about a certificate of ours, or will not.
    func fetchedOurs(_ key: FetchKey, _ result: Fetched) {
        guard let status = ownStatuses.asked.removeValue(forKey: key) else { return }
        switch result {
        case .octets(let response):
            emit(
                .compute(
                    JobID(sa: .zero, serial: 0, isUrgent: true),
                    .appraise(status, response, moment: wallClock())))
        case .failed(let why), .untried(let why):
            leaveResponders("our certificate \(status.certificate): no OCSP response: \(why)")
        }
    }

    /// A worker has looked at the response.
    func finishAppraisal(_ appraisal: OwnStatusAppraisal) {
        switch appraisal {
        case .good(let key, let response):
            knownAnswers.keep(.response(response), to: key)
            emit(.keep(key, .response(response)))
        case .refused(let refusal): leaveResponders("our \(refusal)")
        }
    }

    private func leaveResponders(_ reason: String) {
        ownStatuses.resumesAt = now + FetchFailures.pause
        warn("\(reason); peers get none with it")
    }
}
