import Net
import Wire

extension PortSelector {
    /// The ports in both; `nil` when there are none. OPAQUE, for packets whose ports cannot be
    /// seen, lies within a range only when that is every port (RFC 7296 §3.13.1).
    func intersection(_ other: PortSelector) -> PortSelector? {
        switch (self, other) {
        case (.range(let a), .range(let b)): a.intersection(b).map { .range($0) }
        case (.opaque, .opaque), (.opaque, .any), (.any, .opaque): .opaque
        case (.opaque, .range), (.range, .opaque): nil
        }
    }

    /// Whether all ports of `other` are in this one.
    func contains(_ other: PortSelector) -> Bool {
        intersection(other) == other
    }
}
