/// A moment on the shell's monotonic clock. The engine never asks a clock: moments are handed in.
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since an origin that only the shell knows.
    public let nanoseconds: UInt64

    /// A moment so many nanoseconds after the origin.
    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// Whether `a` comes before `b`.
    public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

    /// The moment an interval later; the end of time where that would be beyond it.
    public static func + (instant: Instant, interval: Interval) -> Instant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(interval.nanoseconds)
        return Instant(nanoseconds: overflow ? .max : sum)
    }

    /// How long after `earlier` this moment is; nothing when it is not after it.
    public func since(_ earlier: Instant) -> Interval {
        Interval(
            nanoseconds: nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0)
    }
}

/// A length of time.
public struct Interval: Hashable, Comparable, Sendable {
    /// The length in nanoseconds.
    public let nanoseconds: UInt64

    /// A length in nanoseconds.
    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// A length in milliseconds.
    public static func milliseconds(_ count: UInt64) -> Interval {
        Interval(nanoseconds: count.multipliedReportingOverflow(by: 1_000_000).partialValue)
    }

    /// A length in seconds; every 32-bit count fits.
    public static func seconds(_ count: UInt32) -> Interval {
        Interval(nanoseconds: UInt64(count) * 1_000_000_000)
    }

    /// Whether `a` is shorter than `b`.
    public static func < (a: Interval, b: Interval) -> Bool { a.nanoseconds < b.nanoseconds }

    /// Twice the length, or the longest there is.
    public var doubled: Interval {
        Interval(nanoseconds: nanoseconds > .max / 2 ? .max : nanoseconds * 2)
    }

    /// The length scaled by `percent` hundredths.
    public func scaled(percent: UInt64) -> Interval {
        Interval(nanoseconds: nanoseconds / 100 * percent)
    }
}

extension Interval: CustomStringConvertible {
    /// `90 s` or `500 ms`.
    public var description: String {
        nanoseconds % 1_000_000_000 == 0
            ? "\(nanoseconds / 1_000_000_000) s" : "\(nanoseconds / 1_000_000) ms"
    }
}
