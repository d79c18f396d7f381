// Numbers in network order, and texts behind their lengths.

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger & UnsignedInteger>(number: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }

    /// Texts longer than 65535 octets are cut.
    mutating func append(text: String) {
        let octets = text.utf8.prefix(Int(UInt16.max))
        append(number: UInt16(truncatingIfNeeded: octets.count))
        append(contentsOf: octets)
    }
}

/// Reads octets from front to back.
struct Reader {
    private var rest: ArraySlice<UInt8>

    init(_ octets: ArraySlice<UInt8>) {
        rest = octets
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// How many octets are left: no count of elements can be higher.
    var count: Int { rest.count }

    mutating func take(_ count: Int) throws(AdminError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw .malformed }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type
    ) throws(AdminError) -> Number {
        try take(Number.bitWidth / 8).reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    mutating func text() throws(AdminError) -> String {
        let count = Int(try number(UInt16.self))
        return String(decoding: try take(count), as: UTF8.self)
    }
}
