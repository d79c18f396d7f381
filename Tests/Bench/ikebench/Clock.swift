import Glibc

/// A clock's reading in nanoseconds.
func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// CPU time that this thread has taken, in nanoseconds: what others do meanwhile does not count.
func threadTime() -> UInt64 { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }
