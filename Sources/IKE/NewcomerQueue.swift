import Wire

/// The newcomers for whom a worker was asked, the oldest first.
///
/// One that has been served, or is gone, stays until it comes to the front or room is short: to
/// take it out from the middle would be a search.
struct NewcomerQueue {
    private struct Newcomer {
        let spi: IKESPI
        let since: Instant
    }

    /// Twice as many as can wait at a time, so that there is something to tidy up when it is full.
    private static let capacity = 2 * FrontDoor.Threshold.full

    private var newcomers: [Newcomer] = []
    private var head = 0

    /// Those whose place is kept.
    var count: Int { newcomers.count }

    /// Adds a newcomer with our SPI. `isWaiting` says who still waits.
    mutating func append(_ spi: IKESPI, at now: Instant, isWaiting: (IKESPI) -> Bool) {
        if newcomers.count >= Self.capacity {
            newcomers.removeFirst(head)
            newcomers.removeAll { !isWaiting($0.spi) }
            head = 0
        }
        newcomers.append(Newcomer(spi: spi, since: now))
    }

    /// Since when the oldest waits of those who still do.
    mutating func oldest(isWaiting: (IKESPI) -> Bool) -> Instant? {
        while head < newcomers.count {
            let newcomer = newcomers[head]
            if isWaiting(newcomer.spi) { return newcomer.since }
            head += 1
        }
        if head > 0 {
            // What a burst took is given back.
            newcomers.removeAll(keepingCapacity: newcomers.capacity <= 64)
            head = 0
        }
        return nil
    }
}
