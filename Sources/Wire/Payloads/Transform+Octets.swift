// A transform within a proposal, and its attributes (RFC 7296 §3.3.2, §3.3.5).

extension Transform {
    /// A transform without attributes.
    static let minimumOctetCount = 8

    /// The first octet of a transform that another follows.
    private static let more: UInt8 = 3
    /// The bit of an attribute that says the value stands where the length would.
    private static let shortFormat: UInt16 = 0x8000

    /// Decodes the next transform of a proposal, whose end the cursor is bounded by.
    init(_ octets: Span<UInt8>, _ cursor: inout Cursor) throws(WireError) {
        let mark = try cursor.read(UInt8.self, octets)
        _ = try cursor.take(1)  // reserved
        var body = try cursor.substructure(octets)
        guard mark == (cursor.isAtEnd ? 0 : Self.more) else {
            throw cursor.error(.lastSubstructure(mark))
        }
        type = TransformType(rawValue: try body.read(UInt8.self, octets))
        _ = try body.take(1)  // reserved
        id = try body.read(UInt16.self, octets)
        var keyLength: UInt16?
        var isUnderstood = true
        while !body.isAtEnd {
            let attribute = try body.read(UInt16.self, octets)
            let value = try body.read(UInt16.self, octets)
            let isKeyLength =
                attribute == Self.shortFormat | TransformAttributeType.keyLength.rawValue
            if isKeyLength, keyLength == nil {
                keyLength = value
            } else {
                isUnderstood = false
            }
            if attribute & Self.shortFormat == 0 {
                _ = try body.take(Int(value))
            }
        }
        self.keyLength = keyLength
        self.isUnderstood = isUnderstood
    }

    func append(to octets: inout [UInt8], isLast: Bool) {
        octets.appendStructure(isLast ? 0 : Self.more) { octets in
            octets.append(type.rawValue)
            octets.append(0)
            octets.append(bigEndian: id)
            if let keyLength {
                let attribute = TransformAttributeType.keyLength.rawValue
                octets.append(bigEndian: Self.shortFormat | attribute)
                octets.append(bigEndian: keyLength)
            }
        }
    }
}
