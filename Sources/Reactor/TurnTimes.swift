/// How many turns of a loop took long: for as long as one lasts, everybody else waits.
public struct TurnTimes: Equatable, Sendable {
    /// The limits in milliseconds, each five times the one before.
    public static let limits: [UInt64] = [1, 5, 25, 125]
    /// How many turns took longer than each of the limits.
    public private(set) var over = [UInt64](repeating: 0, count: limits.count)

    static func elapsed(since clock: UInt64) -> UInt64 {
        let now = TimerQueue.readClock()
        return now > clock ? now - clock : 0
    }

    /// Counts a turn of so many nanoseconds.
    mutating func count(_ nanoseconds: UInt64) {
        for (index, limit) in Self.limits.enumerated() {
            guard nanoseconds > limit * 1_000_000 else { return }
            over[index] += 1
        }
    }
}
