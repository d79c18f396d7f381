import Crypto
import Wire

/// Why a message or a request in it is not granted: what the peer hears, and what our log says.
struct Refusal: Error, Hashable, Sendable {
    /// What the peer hears.
    let notify: NotifyType
    /// The notify's data.
    let data: [UInt8]
    /// What the log says, in words.
    let reason: String

    init(_ notify: NotifyType, data: [UInt8] = [], _ reason: String) {
        self.notify = notify
        self.data = data
        self.reason = reason
    }

    /// Our own failure: the peer hears that it may try again (RFC 7296 §2.25).
    init(_ error: CryptoError) {
        self.init(.temporaryFailure, error.description)
    }

    /// The notify payload.
    var payload: Payload { .notify(Notify(notify, data: data)) }
}
