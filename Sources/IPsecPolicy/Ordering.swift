/// Places of entries in the order of their priorities, chosen so that those that stay where they
/// were keep theirs: to change the priority of a policy costs the kernel more than to add it.
enum Ordering {
    /// What lies between two entries at first: room for those that come between them later.
    static let step: UInt32 = 1024
    /// What a place may be.
    static let range: ClosedRange<UInt32> = 1...(1 << 28 - 1)

    /// A place for each entry, growing; `former` is where each was, `nil` for new ones.
    static func places(keeping former: [UInt32?]) -> [UInt32] {
        let kept = longestGrowing(former)
        var places: [UInt32] = []
        places.reserveCapacity(former.count)
        var below: UInt32 = 0
        var index = 0
        while index < former.count {
            if kept[index], let place = former[index] {
                places.append(place)
                below = place
                index += 1
                continue
            }
            let end = former.indices[index...].first { kept[$0] } ?? former.count
            let count = UInt32(end - index)
            // The room up to the next that is kept, or behind the last.
            let room = (end < former.count ? former[end] : nil).map { $0 - below }
            guard let gap = gap(count, room: room, below: below) else { return fresh(former.count) }
            for position in 1...count { places.append(below + gap * position) }
            below = places.last ?? below
            index = end
        }
        return places
    }

    /// How far new entries lie from one another; `nil` where there is no room.
    private static func gap(_ count: UInt32, room: UInt32?, below: UInt32) -> UInt32? {
        if let room { return room > count ? room / (count + 1) : nil }
        let (length, overflows) = count.multipliedReportingOverflow(by: step)
        return !overflows && length <= range.upperBound - below ? step : nil
    }

    private static func fresh(_ count: Int) -> [UInt32] {
        (0..<count).map { (UInt32(truncatingIfNeeded: $0) + 1) * step }
    }

    /// Which of them form a longest growing sequence.
    private static func longestGrowing(_ places: [UInt32?]) -> [Bool] {
        // The index at which the sequence of each length ends lowest, and what comes before each.
        var ends: [Int] = []
        var before = [Int?](repeating: nil, count: places.count)
        for (index, place) in places.enumerated() {
            guard let place else { continue }
            var low = 0
            var high = ends.count
            while low < high {
                let middle = (low + high) / 2
                if let other = places[ends[middle]], other < place {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            if low > 0 { before[index] = ends[low - 1] }
            if low == ends.count { ends.append(index) } else { ends[low] = index }
        }
        var kept = [Bool](repeating: false, count: places.count)
        var next = ends.last
        while let index = next {
            kept[index] = true
            next = before[index]
        }
        return kept
    }
}
