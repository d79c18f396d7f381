import CLinux

/// Gives memory back to the system when most SAs have gone: the C library keeps what lies between
/// the SAs that stay.
struct MemoryReturn {
    /// While there are SAs left, fewer than this are not worth the millisecond that it takes; when
    /// there is none, it takes a tenth of that.
    private static let worthwhile = (some: 256, none: 16)
    private var most = 0

    /// What the C library is told before there is a second thread.
    ///
    /// Secrets are made by workers and let go by the loop's thread; with an arena for each thread,
    /// each would keep what it once had.
    static func prepare() {
        mallopt(M_ARENA_MAX, 1)
    }

    /// To be called when a turn of the loop ends.
    mutating func settle(saCount: Int) {
        most = max(most, saCount)
        let least = saCount == 0 ? Self.worthwhile.none : Self.worthwhile.some
        guard most >= least, saCount <= most / 4 else { return }
        most = saCount
        malloc_trim(0)
    }
}
