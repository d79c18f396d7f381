@testable import IKE

/// What is to happen, the earliest first, and of the same moment what was planned first: a binary
/// heap.
struct Schedule<Occurrence> {
    private struct Entry {
        let time: Instant
        let order: Int
        let occurrence: Occurrence
    }

    private var heap: [Entry] = []
    private var planned = 0

    var isEmpty: Bool { heap.isEmpty }
    var count: Int { heap.count }

    /// When something happens next.
    var next: Instant? { heap.first?.time }

    mutating func add(_ occurrence: Occurrence, at time: Instant) {
        planned += 1
        heap.append(Entry(time: time, order: planned, occurrence: occurrence))
        var index = heap.count - 1
        while index > 0, precedes(index, (index - 1) / 2) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// Takes out what happens next.
    mutating func removeFirst() -> (time: Instant, occurrence: Occurrence)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.time, first.occurrence)
    }

    private mutating func sink() {
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < heap.count && precedes(child, least) {
                least = child
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        (heap[a].time, heap[a].order) < (heap[b].time, heap[b].order)
    }
}
