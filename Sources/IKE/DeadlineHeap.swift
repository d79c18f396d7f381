/// The IKE SAs that wait for a time, the earliest first: a binary heap in which every SA knows its
/// place, so that a change of mind costs no search.
struct DeadlineHeap {
    private var heap: [IKESA] = []

    /// The earliest deadline.
    var first: Instant? { heap.first?.deadline }

    /// Takes out an SA whose deadline is not after `now`.
    mutating func popDue(at now: Instant) -> IKESA? {
        guard let sa = heap.first, let deadline = sa.deadline, deadline <= now else { return nil }
        set(sa, nil)
        return sa
    }

    /// Gives an SA a new deadline, or none.
    mutating func set(_ sa: IKESA, _ deadline: Instant?) {
        guard sa.deadline != deadline else { return }
        sa.deadline = deadline
        if deadline == nil {
            remove(at: sa.heapIndex)
        } else if sa.heapIndex < 0 {
            sa.heapIndex = heap.count
            heap.append(sa)
            rise(heap.count - 1)
        } else {
            let place = sa.heapIndex
            rise(place)
            if sa.heapIndex == place { sink(place) }
        }
    }

    private mutating func remove(at index: Int) {
        guard heap.indices.contains(index) else { return }
        heap[index].heapIndex = -1
        let last = heap.removeLast()
        if heap.isEmpty { heap = [] }  // which gives back the room it grew to
        guard index < heap.count else { return }
        heap[index] = last
        last.heapIndex = index
        rise(index)
        if last.heapIndex == index { sink(index) }
    }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        switch (heap[a].deadline, heap[b].deadline) {
        case (let a?, let b?): a < b
        case (.some, nil): true
        case (nil, _): false
        }
    }

    private mutating func swap(_ a: Int, _ b: Int) {
        heap.swapAt(a, b)
        heap[a].heapIndex = a
        heap[b].heapIndex = b
    }

    private mutating func rise(_ start: Int) {
        var index = start
        while index > 0, precedes(index, (index - 1) / 2) {
            swap(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func sink(_ start: Int) {
        var index = start
        while true {
            var least = index
            for child in (2 * index + 1)...(2 * index + 2)
            where child < heap.count && precedes(child, least) {
                least = child
            }
            guard least != index else { return }
            swap(index, least)
            index = least
        }
    }
}
