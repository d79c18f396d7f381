/// Message IDs and retransmission of one IKE SA (RFC 7296 §2.1–2.3), with a window of one.
struct Window {
    /// A request of ours that waits for its response.
    struct Outstanding {
        let messageID: UInt32
        let message: SentMessage
        /// When it is sent again.
        fileprivate(set) var retransmitAt: Instant
        /// When we stop waiting.
        let giveUpAt: Instant
        /// What we wait between the next two transmissions, before jitter.
        fileprivate var interval: Interval
        /// How often it has been sent again.
        fileprivate(set) var retransmissions: UInt32 = 0
    }

    /// What a request's message ID says of it.
    enum Arrival {
        case new
        /// The one we answered last: it is answered again.
        case repeated
        /// The one we are still working on.
        case underWay
        case outOfWindow
    }

    /// The first wait for a response. A lost first packet should not cost seconds.
    static let firstInterval = Interval.milliseconds(500)

    private(set) var outstanding: Outstanding?
    private var nextRequestID: UInt32
    private var nextExpectedID: UInt32
    private var isAnswering = false
    /// What answered request `nextExpectedID - 1`; `nil` when it is not kept here.
    private(set) var lastResponse: SentMessage?

    /// Where an SA begins to count: both sides at 0 for one that begins with IKE_SA_INIT.
    init(nextRequestID: UInt32 = 0, nextExpectedID: UInt32 = 0) {
        self.nextRequestID = nextRequestID
        self.nextExpectedID = nextExpectedID
    }

    /// The ID that our next request must carry; `nil` while one is outstanding, or when there is
    /// none left (RFC 7296 §2.2: the SA is to be closed before they wrap).
    var requestID: UInt32? {
        outstanding == nil && nextRequestID < .max ? nextRequestID : nil
    }

    /// A request has been sent. `jitter` of 0…255 spreads retransmissions over a quarter.
    mutating func sent(
        _ message: SentMessage, messageID: UInt32, at now: Instant,
        waitingFor patience: Interval, jitter: UInt8
    ) {
        outstanding = Outstanding(
            messageID: messageID, message: message,
            retransmitAt: now + Self.firstInterval.jittered(jitter), giveUpAt: now + patience,
            interval: Self.firstInterval.doubled)
        nextRequestID = messageID + 1
    }

    /// The response to `messageID` has come; `false` when no request waits for it.
    mutating func answered(_ messageID: UInt32) -> Bool {
        guard outstanding?.messageID == messageID else { return false }
        outstanding = nil
        return true
    }

    /// Waits no longer for a response that nothing depends on any more.
    mutating func abandon() {
        outstanding = nil
    }

    /// Takes back an outstanding IKE_SA_INIT, whose retry carries the same message ID.
    mutating func restart() {
        outstanding = nil
        nextRequestID = 0
    }

    /// The request to send again when it is time; `nil` when it is not.
    mutating func retransmission(at now: Instant, jitter: UInt8) -> SentMessage? {
        guard var request = outstanding, request.retransmitAt <= now else { return nil }
        request.retransmitAt = now + request.interval.jittered(jitter)
        request.interval = request.interval.doubled
        request.retransmissions += 1
        outstanding = request
        return request.message
    }

    /// When something is due: a retransmission, or giving up.
    var deadline: Instant? {
        outstanding.map { min($0.retransmitAt, $0.giveUpAt) }
    }

    /// Where a request with this ID stands.
    func arrival(of messageID: UInt32) -> Arrival {
        // Message IDs never wrap (RFC 7296 §2.2); the last one of all is given up for that.
        guard messageID < .max else { return .outOfWindow }
        if messageID == nextExpectedID { return isAnswering ? .underWay : .new }
        let isLast = nextExpectedID > 0 && messageID == nextExpectedID - 1
        return isLast && lastResponse != nil ? .repeated : .outOfWindow
    }

    /// A new request is being worked on; its answer comes with ``responded(with:)``.
    mutating func answering() {
        isAnswering = true
    }

    /// The request under way has been answered. A response that is kept elsewhere is `nil` here.
    mutating func responded(with response: SentMessage?) {
        lastResponse = response
        isAnswering = false
        nextExpectedID &+= 1
    }

    /// The ID of the request under way, which its response carries.
    var expectedID: UInt32 { nextExpectedID }
}

extension Interval {
    /// Up to a quarter longer, so that many peers do not fall into step.
    fileprivate func jittered(_ jitter: UInt8) -> Interval {
        Interval(nanoseconds: nanoseconds + nanoseconds / 1024 * UInt64(jitter))
    }
}
