import Net

/// An address that a test writes out.
func ip(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { fatalError("\(text) is no address") }
    return address
}

/// A prefix, or a single address, that a test writes out.
func prefix(_ text: String) -> IPRange {
    let parts = text.split(separator: "/", maxSplits: 1)
    let base = ip(parts.first.map { String($0) } ?? "")
    let length = parts.count == 2 ? Int(parts[1]) : base.family.bitWidth
    guard let range = IPRange(base: base, prefixLength: length ?? -1) else {
        fatalError("\(text) is no prefix")
    }
    return range
}
