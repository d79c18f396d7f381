import Policy
import Crypto
import Net
import Policy
import Wire

// A peer's certificate may have to be fetched (RFC 7296 §3.6), and whether it has been revoked may
// have to be asked of others (RFC 5280 §6.3, RFC 6960). Only its own IKE SA waits for that, and no longer than the certificate policy says.

/// Names a fetch: the SA that waits for it, and which of its fetches it is.
public struct FetchID: Hashable, Sendable {
    /// Our SPI of the IKE SA that waits.
    public let sa: IKESPI
    /// Counts what that SA has asked for.
    public let serial: UInt32

    /// The name of a fetch.
    public init(sa: IKESPI, serial: UInt32) {
        self.sa = sa
        self.serial = serial
    }
}

/// What an SA waits for before it verifies once more.
final class Fetch {
    let id: FetchID
    /// When it verifies with what has come by then.
    let deadline: Instant
    private(set) var verification: Verification
    private var pending: [FetchQuestion]

    init(
        _ id: FetchID, _ questions: [FetchQuestion], for verification: Verification,
        until deadline: Instant
    ) {
        self.id = id
        self.deadline = deadline
        self.verification = verification
        // A second place is asked within the time of the first.
        self.verification.answersBy = deadline
        pending = questions
    }

    var isComplete: Bool { pending.isEmpty }

    /// Takes in what came of a question, if it still waits for that.
    func take(_ result: Fetched, to key: FetchKey) {
        guard pending.contains(where: { $0.key == key }) else { return }
        pending.removeAll { $0.key == key }
        verification.evidence.fetched[key] = result
    }

    /// Waits for none of the rest.
    func giveUp(_ reason: String) {
        for question in pending { take(.failed(reason), to: question.key) }
    }

    /// The verification with all that is known by now.
    func complete(knowing answers: FetchAnswers, at moment: Int64) -> Verification {
        verification.evidence.known = answers
        verification.moment = moment
        return verification
    }
}

extension Engine {
    /// Asks what a verification found wanting.
    func fetch(
        _ questions: [FetchQuestion], for verification: Verification, sa: IKESA
    ) -> Fetch {
        sa.jobSerial &+= 1
        let patience = Interval.seconds(
            UInt32(clamping: verification.credentials.policy.fetching.patience))
        let fetch = Fetch(
            FetchID(sa: sa.localSPI, serial: sa.jobSerial), questions, for: verification,
            until: verification.answersBy ?? now + min(patience, Limit.fetching))
        sa.expiry = fetch.deadline
        for question in questions {
            debug(.cert, "\(name(sa)): certificate \(question.certificate): asking \(question.url)")
        }
        emit(.fetch(fetch.id, questions))
        return fetch
    }

    /// Somebody has answered, or will not. The SA may have ended, or gone on, meanwhile.
    func fetched(_ id: FetchID, _ key: FetchKey, _ result: Fetched) {
        guard id != .ours else {
            fetchedOurs(key, result)
            return
        }
        guard let sa = table[id.sa], let fetch = sa.fetch, fetch.id == id else { return }
        fetch.take(result, to: key)
        if fetch.isComplete { resume(fetch, sa: sa) }
    }

    /// Nobody waits any longer.
    func giveUp(_ fetch: Fetch, sa: IKESA) {
        emit(.abandonFetch(fetch.id))
        fetch.giveUp("no answer in time")
        resume(fetch, sa: sa)
    }

    /// An SA that ends waits for nothing.
    func abandonFetch(of sa: IKESA) {
        if let fetch = sa.fetch { emit(.abandonFetch(fetch.id)) }
    }

    private func resume(_ fetch: Fetch, sa: IKESA) {
        switch sa.state {
        case .halfOpen(let state):
            guard case .fetching(let claim, _) = state.step else { return }
            state.step = .verifying(claim)
            // Workers take their time as before.
            sa.expiry = now + Limit.halfOpenLifetime
        case .authenticating(let state):
            guard case .fetching(let contents, _) = state.step else { return }
            state.step = .verifying(contents)
            sa.expiry = nil
        default: return
        }
        compute(.verify(fetch.complete(knowing: knownAnswers, at: wallClock())), for: sa)
        rearm(sa)
    }

    /// Keeps what a verification learned, and says what it has to say.
    func take(_ verdict: Verdict, sa: IKESA) {
        for (key, reason) in verdict.failed { fetchFailures.note(reason, for: key, at: now) }
        for (key, answer) in verdict.learned {
            knownAnswers.keep(answer, to: key)
            emit(.keep(key, answer))
        }
        for remark in verdict.remarks {
            if remark.isWarning {
                warn("\(name(sa)): IKE_AUTH: \(remark.text)")
            } else {
                debug(.cert, "\(name(sa)): IKE_AUTH: \(remark.text)")
            }
        }
    }
}

extension IKESA {
    /// What it waits for of others than its peer.
    var fetch: Fetch? {
        switch state {
        case .halfOpen(let state):
            if case .fetching(_, let fetch) = state.step { fetch } else { nil }
        case .authenticating(let state):
            if case .fetching(_, let fetch) = state.step { fetch } else { nil }
        default: nil
        }
    }
}
