/// What is meant of a pair of SAs, one for each direction.
public enum Halves<Half> {
    /// The whole pair.
    case both(inbound: Half, outbound: Half)
    /// What we receive with.
    case inbound(Half)
    /// What we send with.
    case outbound(Half)

    /// In the order in which they are written, so that nothing is answered to what we send before
    /// we can receive it.
    public var all: [Half] {
        switch self {
        case .both(let inbound, let outbound): [inbound, outbound]
        case .inbound(let half), .outbound(let half): [half]
        }
    }
}

extension Halves: Sendable where Half: Sendable {}
extension Halves: Equatable where Half: Equatable {}
extension Halves: Hashable where Half: Hashable {}
