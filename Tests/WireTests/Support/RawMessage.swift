// Octets laid by hand after the diagrams of RFC 7296, without the encoder under test.

/// Parses hexadecimal text; white space does not count.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap { $0.hexDigitValue }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func big16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }

/// A generic header and a body; `length` lies about them.
func rawPayload(
    next: UInt8 = 0, flags: UInt8 = 0, _ body: [UInt8], length: Int? = nil
) -> [UInt8] {
    [next, flags] + big16(length ?? body.count + 4) + body
}

/// An IKE_SA_INIT request with the given payloads; `length` lies about them.
func rawMessage(
    first: UInt8, _ chain: [UInt8], version: UInt8 = 0x20, flags: UInt8 = 0x08,
    length: Int? = nil
) -> [UInt8] {
    let length = length ?? chain.count + 28
    return hex("0102030405060708 0000000000000000") + [first, version, 34, flags]
        + [0, 0, 0, 0] + big16(length >> 16) + big16(length & 0xFFFF) + chain
}

/// A proposal; the counts and lengths can be made to lie.
func rawProposal(
    last: UInt8 = 0, number: UInt8 = 1, protocol: UInt8 = 3, spi: [UInt8] = [1, 2, 3, 4],
    spiLength: Int? = nil, count: Int? = nil, length: Int? = nil, _ transforms: [[UInt8]]
) -> [UInt8] {
    let body = spi + transforms.flatMap { $0 }
    return [last, 0] + big16(length ?? body.count + 8)
        + [number, `protocol`, UInt8(spiLength ?? spi.count), UInt8(count ?? transforms.count)]
        + body
}

/// A transform; the length can be made to lie.
func rawTransform(
    last: UInt8 = 0, type: UInt8 = 1, id: Int = 12, attributes: [UInt8] = [], length: Int? = nil
) -> [UInt8] {
    [last, 0] + big16(length ?? attributes.count + 8) + [type, 0] + big16(id) + attributes
}
