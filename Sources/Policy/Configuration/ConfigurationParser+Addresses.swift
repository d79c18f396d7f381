import Net

extension ConfigurationParser {
    private static let expectedAddress =
        "an address, address/length, address/mask or address-address"

    /// An address, prefix or range; the token that stands here was read in range mode.
    mutating func address() throws(Malformed) -> IPRange {
        let start = cursor.token
        guard start.kind == .word else { throw cursor.unexpected(Self.expectedAddress) }
        let first = try plainAddress(Self.expectedAddress)
        cursor.advance(.ranges)
        let range: IPRange
        switch cursor.token.kind {
        case .slash:
            cursor.advance(.ranges)
            range = try prefix(of: first)
            cursor.advance()
        case .dash:
            cursor.advance(.ranges)
            let expected = "the last address of the range"
            let last = try plainAddress(expected)
            guard let both = IPRange(first, last) else {
                throw Malformed(
                    first.family == last.family
                        ? "range runs backwards; expected an address not below \(first)"
                        : "range mixes IPv4 and IPv6; expected one family",
                    at: cursor.token.location)
            }
            range = both
            cursor.advance()
        default:
            range = IPRange(first)
            cursor.reread(.words)
        }
        if cursor.token.kind == .comma {
            throw cursor.unexpected("one address; repeat the keyword for more")
        }
        return range
    }

    private func plainAddress(_ expected: String) throws(Malformed) -> IPAddress {
        guard cursor.token.kind == .word else { throw cursor.unexpected(expected) }
        let text = cursor.source.octets.span.extracting(cursor.token.content)
        guard let address = IPAddress(text) else {
            throw Malformed(
                "\(cursor.quoted) is no address; expected \(expected)", at: cursor.token.location)
        }
        return address
    }

    /// The prefix of a base by the length or the mask that stands here.
    private func prefix(of base: IPAddress) throws(Malformed) -> IPRange {
        let width = base.family.bitWidth
        let expected =
            "a prefix length of 0 to \(width)" + (base.family == .v4 ? " or a netmask" : "")
        guard cursor.token.kind == .word else { throw cursor.unexpected(expected) }
        let octets = cursor.source.octets
        if case .v4 = base,
            case .v4(let mask) = IPAddress(octets.span.extracting(cursor.token.content))
        {
            let length = (~mask).leadingZeroBitCount
            guard mask.trailingZeroBitCount + length == 32,
                let range = IPRange(base: base, prefixLength: length)
            else {
                throw Malformed(
                    "\(cursor.quoted) is no netmask; expected ones followed by zeros",
                    at: cursor.token.location)
            }
            return range
        }
        guard case .value(let number) = Number.parse(octets, in: cursor.token.content),
            let length = Int(exactly: number),
            let range = IPRange(base: base, prefixLength: length)
        else {
            throw Malformed(
                "\(cursor.quoted) is no prefix length; expected \(expected)",
                at: cursor.token.location)
        }
        return range
    }
}
