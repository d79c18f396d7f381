import Testing
import Wire

@testable import IKE

/// Who has waited longest for a worker.
@Suite struct NewcomerQueueTests {
    private func instant(_ milliseconds: Int) -> Instant {
        Instant(nanoseconds: UInt64(milliseconds) * 1_000_000)
    }

    @Test func theOldestOfThoseWhoStillWaitIsFound() {
        var queue = NewcomerQueue()
        var waiting: Set<UInt64> = []
        func isWaiting(_ spi: IKESPI) -> Bool { waiting.contains(spi.rawValue) }
        #expect(queue.oldest(isWaiting: isWaiting) == nil)
        for number in 1...5 {
            waiting.insert(UInt64(number))
            queue.append(IKESPI(UInt64(number)), at: instant(number), isWaiting: isWaiting)
        }
        #expect(queue.oldest(isWaiting: isWaiting) == instant(1))
        // Served out of turn.
        waiting.remove(2)
        #expect(queue.oldest(isWaiting: isWaiting) == instant(1))
        waiting.remove(1)
        #expect(queue.oldest(isWaiting: isWaiting) == instant(3))
        waiting = []
        #expect(queue.oldest(isWaiting: isWaiting) == nil)
        waiting = [9]
        queue.append(IKESPI(9), at: instant(9), isWaiting: isWaiting)
        #expect(queue.oldest(isWaiting: isWaiting) == instant(9))
    }

    /// One that a worker never finishes keeps all that come after it in the queue.
    @Test func whatIsServedBehindOneThatStillWaitsTakesNoMoreRoomThanThereIs() {
        var queue = NewcomerQueue()
        var most = 0
        for number in 1...100_000 {
            queue.append(IKESPI(UInt64(number)), at: instant(number)) { $0 == IKESPI(1) }
            most = max(most, queue.count)
        }
        #expect(most <= 2 * FrontDoor.Threshold.full)
        #expect(queue.oldest { $0 == IKESPI(1) } == instant(1))
    }
}
