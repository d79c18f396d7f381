import CAllocations

/// CPU time and allocations.
struct Cost {
    private(set) var nanoseconds: UInt64 = 0
    private(set) var allocations: UInt64 = 0

    /// Adds what the body costs.
    mutating func measure<Result>(_ body: () -> Result) -> Result {
        let allocationsBefore = allocations_made()
        let before = threadTime()
        let result = body()
        nanoseconds += threadTime() - before
        allocations += allocations_made() - allocationsBefore
        return result
    }

    /// Microseconds for each of so many.
    func microseconds(per count: Int) -> Double { Double(nanoseconds) / 1000 / Double(count) }

    /// Allocations for each of so many.
    func allocations(per count: Int) -> Double { Double(allocations) / Double(count) }

    static func + (a: Cost, b: Cost) -> Cost {
        var sum = a
        sum.nanoseconds += b.nanoseconds
        sum.allocations += b.allocations
        return sum
    }
}

/// Microseconds that something takes, over a tenth of a second.
func average(_ body: () throws -> Void) rethrows -> Double {
    let duration: UInt64 = 100_000_000
    var times = 0
    let start = threadTime()
    var time: UInt64 = 0
    repeat {
        try body()
        times += 1
        time = threadTime() - start
    } while time < duration
    return Double(time) / 1000 / Double(times)
}
