/// How long to wait before asking again for what the peer refused (RFC 7296 §2.25).
enum Backoff {
    /// A second after the first refusal, twice as long after each further one, and up to twice that
    /// by `jitter` of 0…255, so that two ends that got into each other's way do not do so again.
    ///
    /// - Parameter most: the longest pause before jitter; a minute is short beside any lifetime.
    static func pause(
        after attempt: UInt8, jitter: UInt8, atMost most: Interval = .seconds(60)
    ) -> Interval {
        let pause = min(attempt < 16 ? Interval.seconds(1 << UInt32(attempt)) : most, most)
        return Interval(nanoseconds: pause.nanoseconds / 256 * (256 + UInt64(jitter)))
    }
}
