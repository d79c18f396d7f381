import Crypto
import Net
import Wire

/// Who may begin an IKE SA while many do: a stranger who shows that it can be reached where it
/// says it is (RFC 7296 §2.6), not too many from one place, and nobody while the workers are far
/// behind.
///
/// It is asked before anything is kept or computed for the stranger.
struct FrontDoor {
    enum Threshold {
        /// Half-open SAs in all from which on everybody is asked for a cookie.
        static let global = 64
        /// Half-open SAs from one place, a household behind a NAT or a company, from which on its
        /// others are asked for a cookie.
        static let place = 8
        /// From one place, cookie or not: that is no household any more.
        static let blocked = 64
        /// Half-open SAs at the most: each costs a key exchange and about two kilobytes beside the
        /// request.
        static let full = 4096
        /// How long the oldest newcomer has waited for a worker when everybody is asked for a
        /// cookie: a quarter of a second more is noticed, and is half of what peers wait before
        /// they repeat themselves.
        static let slow = Interval.milliseconds(250)
        /// How long it has waited when nobody else is let in: it has repeated itself twice by then,
        /// and whoever comes in would only wait longer than if it came again later.
        static let stalled = Interval.seconds(2)
    }

    /// How busy the house is when a stranger knocks.
    struct Load {
        /// Half-open SAs in all.
        var halfOpen = 0
        /// Those from the stranger's place.
        var crowd = Crowd()
        /// How long the oldest newcomer has waited for a worker.
        var wait = Interval.seconds(0)
    }

    enum Verdict: Equatable {
        case enter
        case cookie
        case turnAway(Reason)
    }

    /// Why a stranger is not let in, whatever it shows.
    enum Reason {
        /// Too many from its place are half open.
        case blocked
        /// Too many are half open in all.
        case full
        /// The workers are too far behind.
        case stalled
    }

    private(set) var counters = FrontDoorCounters()
    private var secrets = CookieSecrets()
    private var isCrowded = Latch()
    private var isSlow = Latch()
    private var isStalled = Latch()

    /// Decides on a stranger.
    mutating func judge(_ load: Load) -> Verdict {
        observe(load)
        if load.crowd.count >= Threshold.blocked { return turnAway(.blocked) }
        if load.halfOpen >= Threshold.full { return turnAway(.full) }
        if isStalled.isOn { return turnAway(.stalled) }
        return asksEverybody || load.crowd.isAsked ? .cookie : .enter
    }

    /// Whether everybody is asked for a cookie.
    var asksEverybody: Bool { isCrowded.isOn || isSlow.isOn }

    /// Whether nobody is let in until the workers have caught up.
    var isClosed: Bool { isStalled.isOn }

    /// Takes note of how busy the house is.
    mutating func observe(_ load: Load) {
        isCrowded.follow(load.halfOpen, on: Threshold.global, off: Threshold.global / 2)
        isSlow.follow(load.wait, on: Threshold.slow, off: Threshold.slow.scaled(percent: 50))
        isStalled.follow(
            load.wait, on: Threshold.stalled, off: Threshold.stalled.scaled(percent: 50))
    }

    private mutating func turnAway(_ reason: Reason) -> Verdict {
        switch reason {
        case .blocked: counters.blocked += 1
        case .full: counters.full += 1
        case .stalled: counters.stalled += 1
        }
        return .turnAway(reason)
    }

    /// Asks a stranger for a cookie; `nil` when its request has the right one.
    mutating func ask(
        _ header: Header, _ request: SAInitGlance, in octets: Span<UInt8>,
        from remote: SocketAddress, at now: Instant, random: (Int) -> [UInt8]
    ) throws(CryptoError) -> NotifyMessage? {
        let secret = try secrets.current(at: now, random: random)
        if let shown = request.cookie {
            if try isRight(octets.extracting(shown), request, octets, remote) {
                counters.cookiesAccepted += 1
                return nil
            }
            counters.cookiesWrong += 1
        }
        let cookie = try secret.cookie(for: request, in: octets, from: remote)
        counters.cookiesSent += 1
        return NotifyMessage(answering: header, .cookie, data: cookie.span)
    }

    private func isRight(
        _ shown: Span<UInt8>, _ request: SAInitGlance, _ octets: Span<UInt8>,
        _ remote: SocketAddress
    ) throws(CryptoError) -> Bool {
        guard shown.count == Cookie.count, let secret = secrets.secret(version: shown[0]) else {
            return false
        }
        let cookie = try secret.cookie(for: request, in: octets, from: remote)
        return constantTimeEqual(shown, cookie.span)
    }

    mutating func countMalformed() { counters.malformed += 1 }

    mutating func countOtherVersion() { counters.otherVersion += 1 }
}
