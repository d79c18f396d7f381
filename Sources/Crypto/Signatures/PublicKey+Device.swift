// The numbers of a public key, as tokens tell them.
extension PublicKey {
    /// An RSA key: its modulus and exponent, the most significant octets first.
    public convenience init(rsaModulus: [UInt8], exponent: [UInt8]) throws(CryptoError) {
        let numbers = LongDER.value(
            0x30, LongDER.unsigned(rsaModulus) + LongDER.unsigned(exponent))
        // 1.2.840.113549.1.1.1
        let identifier: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1]
        try self.init(
            subjectPublicKeyInfo: LongDER.value(
                0x30,
                DER.sequence(DER.object(identifier) + DER.null) + LongDER.bitString(numbers)))
    }

    /// A key on a curve: what names that, in DER, and the point.
    public convenience init(curve: [UInt8], point: [UInt8]) throws(CryptoError) {
        // 1.2.840.10045.2.1
        let identifier: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1]
        try self.init(
            subjectPublicKeyInfo: LongDER.value(
                0x30,
                LongDER.value(0x30, DER.object(identifier) + curve) + LongDER.bitString(point)))
    }
}

/// Encodings of up to 65535 octets.
private enum LongDER {
    static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let low = UInt8(truncatingIfNeeded: count)
        let high = UInt8(truncatingIfNeeded: count >> 8)
        let length: [UInt8] =
            count < 0x80 ? [low] : count < 0x100 ? [0x81, low] : [0x82, high, low]
        return [tag] + length + content
    }

    static func unsigned(_ octets: [UInt8]) -> [UInt8] {
        let octets = octets.drop { $0 == 0 }
        let needsZero = octets.first.map { $0 >= 0x80 } ?? true
        return value(0x02, (needsZero ? [0] : []) + octets)
    }

    static func bitString(_ octets: [UInt8]) -> [UInt8] { value(0x03, [0] + octets) }
}
