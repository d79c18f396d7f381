import IKE

/// Lets one line a minute pass of what could fill the log.
struct Allowance {
    private static let pause = Interval.seconds(60)

    private var last: Instant?
    private var withheld = 0

    /// How many lines were withheld since the last one that passed; `nil` to withhold this one.
    mutating func ask(at now: Instant) -> Int? {
        if let last, now.since(last) < Self.pause {
            withheld += 1
            return nil
        }
        defer { withheld = 0 }
        last = now
        return withheld
    }
}
