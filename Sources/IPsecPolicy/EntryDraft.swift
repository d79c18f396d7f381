import IPsec
import Net
import Policy

/// What was read of one entry.
struct EntryDraft {
    /// An address with the place of its name or number.
    typealias Address = Pattern.Address

    let start: SourceLocation
    /// Where the values stand.
    var places: [Keyword: SourceLocation] = [:]
    /// Whether every statement was understood; else what is missing may be in the others.
    var isLegible = true

    var pattern = Pattern()
    var direction: Pattern.Direction?
    var tunnelInterface: String?
    var mode: Mode?
    var tunnelLocal: IPAddress?
    var tunnelRemote: IPAddress?
    var types: ClosedRange<UInt8>?
    var codes: ClosedRange<UInt8>?
    /// What speaks of the packet's own ends.
    var source = End()
    var destination = End()

    /// One end of the packet.
    struct End {
        var address: Address?
        var mask: Int?
        var port: Pattern.Port?

        /// The address under the mask.
        var masked: Address? {
            guard let mask else { return address }
            return switch address {
            case .range(let range):
                IPRange(base: range.first, prefixLength: mask).map { .range($0) }
            case .name(let name, _): .name(name, prefixLength: mask)
            case nil: nil
            }
        }
    }

    /// The first keyword there is that fulfils a condition, in the order of the file.
    func first(where fits: (Keyword) -> Bool) -> SourceLocation? {
        var earliest: SourceLocation?
        for (keyword, place) in places where fits(keyword) {
            if (place.line, place.column) < (earliest?.line ?? .max, earliest?.column ?? .max) {
                earliest = place
            }
        }
        return earliest
    }
}
