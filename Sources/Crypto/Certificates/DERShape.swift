/// The outline of an encoding: whether it is in DER as far as lengths and nesting go.
///
/// libcrypto reads BER too, and other readers read that otherwise. Certificates that more than one
/// reading fits are refused before they get there.
enum DERShape {
    /// Deeper than anything in a certificate; each level takes a place on a list, not on the stack.
    static let deepest = 32

    /// Whether the octets are one value whose lengths are definite, as short as can be, and right.
    static func isWellFormed(_ octets: Span<UInt8>) -> Bool {
        // The ends of the constructed values that the position is in.
        var ends: [Int] = [octets.count]
        var position = 0
        var values = 0
        while let end = ends.last {
            if position == end, position > 0 {
                ends.removeLast()
                continue
            }
            // One value at the top.
            guard ends.count > 1 || values == 0, position < end else { return false }
            values += 1
            guard let header = header(octets, position..<end) else { return false }
            if header.isConstructed {
                guard ends.count <= deepest else { return false }
                ends.append(header.content.upperBound)
                position = header.content.lowerBound
            } else {
                position = header.content.upperBound
            }
        }
        return true
    }

    /// The kind and place of the content of a value that begins the range.
    static func header(
        _ octets: Span<UInt8>, _ range: Range<Int>
    ) -> (isConstructed: Bool, content: Range<Int>)? {
        guard range.count >= 2 else { return nil }
        let tag = octets[range.lowerBound]
        // Tags of several octets are in no certificate.
        guard tag & 0x1F != 0x1F else { return nil }
        // Of the universal types, SEQUENCE and SET are constructed and no others: no string in parts.
        let isConstructed = tag & 0x20 != 0
        if tag & 0xC0 == 0, isConstructed != (tag & 0x1E == 0x10) { return nil }
        let first = octets[range.lowerBound + 1]
        var start = range.lowerBound + 2
        var count = Int(first)
        if first >= 0x80 {
            let lengthOctets = Int(first & 0x7F)
            // None would be an indefinite length; three octets reach beyond any size allowed.
            guard (1...3).contains(lengthOctets), start + lengthOctets <= range.upperBound else {
                return nil
            }
            count = 0
            for index in start..<start + lengthOctets { count = count << 8 | Int(octets[index]) }
            start += lengthOctets
            guard count >= 0x80, lengthOctets == 1 || count >> (8 * (lengthOctets - 1)) > 0 else {
                return nil
            }
        }
        guard count <= range.upperBound - start else { return nil }
        return (isConstructed, start..<start + count)
    }
}
