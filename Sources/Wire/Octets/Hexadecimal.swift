// Octets for people.

/// Two lower-case digits for each octet of the integer.
func hexadecimal<Integer: FixedWidthInteger & UnsignedInteger>(_ value: Integer) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: Integer.bitWidth / 4 - text.utf8.count) + text
}

/// Two lower-case digits for each octet.
func hexadecimal(_ octets: some Sequence<UInt8>) -> String {
    octets.reduce(into: "") { $0 += hexadecimal($1) }
}
