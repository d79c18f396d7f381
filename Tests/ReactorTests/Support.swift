import CLinux
import Reactor
import Testing

/// A pipe, to make a descriptor readable at will.
struct Pipe {
    let reading: Descriptor
    let writing: Descriptor

    init() throws {
        var numbers: [Int32] = [-1, -1]
        try #require(pipe(&numbers) == 0)
        reading = Descriptor(owning: numbers[0])
        writing = Descriptor(owning: numbers[1])
    }

    func write() {
        _ = CLinux.write(writing.number, "x", 1)
    }
}

enum TestClock {
    /// The clock that the loop uses, read anew: nanoseconds.
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
