/// How long to wait before asking again for what the peer refused (RFC 7296 §2.25).
enum Backoff {
    /// The longest wait: a minute is short beside any lifetime.
    private static let most = Interval.seconds(60)

    /// A second after the first refusal, twice as long after each further one, and up to twice that
    /// by `jitter` of 0…255, so that two ends that got into each other's way do not do so again.
    static func pause(after attempt: UInt8, jitter: UInt8) -> Interval {
        let seconds = attempt < 6 ? Interval.seconds(1 << UInt32(attempt)) : most
        let pause = min(seconds, most)
        return Interval(nanoseconds: pause.nanoseconds / 256 * (256 + UInt64(jitter)))
    }
}
