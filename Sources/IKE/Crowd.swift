import Net

/// Where somebody is, as far as addresses tell: one IPv4 address, one IPv6 network of 64 bits.
struct Place: Hashable {
    private let bits: UInt64

    init(_ address: IPAddress) {
        switch address {
        case .v4(let address): bits = UInt64(address)
        case .v6(let high, _): bits = high
        }
    }
}

/// The half-open SAs from one place.
struct Crowd {
    private(set) var count = 0
    private var isLarge = Latch()

    /// Whether the others from there are asked for cookies.
    var isAsked: Bool { isLarge.isOn }

    mutating func grow() { change(by: 1) }

    mutating func shrink() { change(by: -1) }

    private mutating func change(by difference: Int) {
        count += difference
        isLarge.follow(
            count, on: FrontDoor.Threshold.place, off: FrontDoor.Threshold.place / 2)
    }
}
