import Crypto
import Wire

/// Why a message or a request in it is not granted: what the peer hears, and what our log says.
struct Refusal: Error, Hashable, Sendable {
    /// What the peer hears.
    let answer: Notify
    /// Why it is not granted.
    let why: Reason

    init(
        _ notify: NotifyType, data: [UInt8] = [], _ reason: String, _ difference: Difference? = nil
    ) {
        self.init(answer: Notify(notify, data: data), reason, difference)
    }

    init(answer: Notify, _ reason: String, _ difference: Difference? = nil) {
        self.answer = answer
        why = Reason(reason, difference)
    }

    /// Our own failure: the peer hears that it may try again (RFC 7296 §2.25).
    init(_ error: CryptoError) {
        self.init(.temporaryFailure, error.description)
    }

    /// What the log says, in words.
    var reason: String { why.description }

    /// What happened, without what the ends do not agree on.
    var summary: String { why.summary.isEmpty ? reason : why.summary }

    /// What kind of error it is to the peer.
    var notify: NotifyType { answer.type }

    /// The notify payload.
    var payload: Payload { .notify(answer) }
}
