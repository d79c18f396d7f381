// Octets and integers in network order.

extension Span<UInt8> {
    /// The integer whose most significant octet stands at `position`; its octets must be there.
    func bigEndian<Integer: FixedWidthInteger & UnsignedInteger>(
        _: Integer.Type, at position: Int
    ) -> Integer {
        var value: Integer = 0
        for index in position..<position + Integer.bitWidth / 8 {
            value = value << 8 | Integer(truncatingIfNeeded: self[index])
        }
        return value
    }
}

extension [UInt8] {
    /// A copy of the octets in `range`, which must be there.
    init(_ octets: Span<UInt8>, _ range: Range<Int>) {
        self.init(capacity: range.count) { copy in
            for index in range { copy.append(octets[index]) }
        }
    }

    /// Appends every octet of the integer, the most significant first.
    mutating func append<Integer: FixedWidthInteger & UnsignedInteger>(bigEndian value: Integer) {
        var shift = Integer.bitWidth
        while shift > 0 {
            shift -= 8
            append(UInt8(truncatingIfNeeded: value >> Integer(shift)))
        }
    }

    /// Appends what `body` appends, between a header and nothing: two octets, then the length of
    /// it all in two octets more, as payloads, proposals and transforms begin.
    ///
    /// The field ends at 65 535; no value that comes from configuration gets near, and one that
    /// did would be refused by the peer.
    mutating func appendStructure(
        _ first: UInt8, _ second: UInt8 = 0, body: (inout [UInt8]) -> Void
    ) {
        let start = count
        append(first)
        append(second)
        append(bigEndian: UInt16(0))
        body(&self)
        let length = UInt16(clamping: count - start)
        self[start + 2] = UInt8(truncatingIfNeeded: length >> 8)
        self[start + 3] = UInt8(truncatingIfNeeded: length)
    }
}
