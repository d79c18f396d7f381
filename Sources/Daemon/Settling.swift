/// When to look at what often changes many times at once: after it has been at rest for a while,
/// but never later than some time after the first change, or what never rests would not be seen.
struct Settling {
    /// Nanoseconds at rest.
    private let rest: UInt64
    /// Nanoseconds after the first change.
    private let patience: UInt64
    /// When the first change came that has not been looked at.
    private var first: UInt64?

    init(rest: UInt64, patience: UInt64) {
        self.rest = rest
        self.patience = patience
    }

    /// Something has changed; when to look.
    mutating func change(at now: UInt64) -> UInt64 {
        let first = first ?? now
        self.first = first
        return min(now + rest, max(now, first + patience))
    }

    /// It is looked at now.
    mutating func settle() { first = nil }
}
