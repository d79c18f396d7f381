// Integers in network order.

extension [UInt8] {
    /// Appends every octet of the integer, the most significant first.
    mutating func append<Integer: FixedWidthInteger & UnsignedInteger>(bigEndian value: Integer) {
        var shift = Integer.bitWidth
        while shift > 0 {
            shift -= 8
            append(UInt8(truncatingIfNeeded: value >> Integer(shift)))
        }
    }
}
