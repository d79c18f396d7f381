import Crypto
import Wire

/// Why a message or a request in it is not granted: what the peer hears, and what our log says.
struct Refusal: Error, Hashable, Sendable {
    /// What the peer hears.
    let answer: Notify
    /// What the log says, in words.
    let reason: String

    init(_ notify: NotifyType, data: [UInt8] = [], _ reason: String) {
        self.init(answer: Notify(notify, data: data), reason)
    }

    init(answer: Notify, _ reason: String) {
        self.answer = answer
        self.reason = reason
    }

    /// Our own failure: the peer hears that it may try again (RFC 7296 §2.25).
    init(_ error: CryptoError) {
        self.init(.temporaryFailure, error.description)
    }

    /// What kind of error it is to the peer.
    var notify: NotifyType { answer.type }

    /// The notify payload.
    var payload: Payload { .notify(answer) }
}
