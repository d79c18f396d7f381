import CLinux

/// The time of day.
enum Clock {
    /// Seconds since 1970.
    static var now: Int64 { Int64(time(nil)) }

    /// A moment in UTC, as `2026-11-25 09:00 UTC`.
    static func text(_ moment: Int64) -> String {
        var seconds = time_t(moment)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
        let hours = [Int(parts.tm_hour), Int(parts.tm_min)]
        return date.map { padded($0) }.joined(separator: "-") + " "
            + hours.map { padded($0) }.joined(separator: ":") + " UTC"
    }

    private static func padded(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
