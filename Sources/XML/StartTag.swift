/// The places of the parts of a start tag, which expat does not tell. The tag is well-formed: expat
/// has seen it before.
struct StartTag {
    let nameRange: Range<Int>
    private(set) var attributes: [(name: Range<Int>, value: Range<Int>)] = []

    /// Finds the parts of the tag that begins at an offset.
    init(_ octets: [UInt8], at start: Int) {
        func end(from start: Int, where ends: (UInt8) -> Bool) -> Int {
            octets[min(start, octets.count)...].firstIndex(where: ends) ?? octets.count
        }
        func isBlank(_ octet: UInt8) -> Bool {
            octet == 0x20 || octet == 0x09 || octet == 0x0A || octet == 0x0D
        }
        func isNameEnd(_ octet: UInt8) -> Bool {
            isBlank(octet) || octet == UInt8(ascii: "=") || octet == UInt8(ascii: "/")
                || octet == UInt8(ascii: ">")
        }
        let nameStart = min(start + 1, octets.count)
        var index = end(from: nameStart, where: isNameEnd)
        nameRange = nameStart..<index
        while true {
            index = end(from: index) { !isBlank($0) }
            let name = index..<end(from: index, where: isNameEnd)
            guard !name.isEmpty else { return }
            index = end(from: name.upperBound) {
                $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'")
            }
            guard index < octets.count else { return }
            let quote = octets[index]
            let value = index + 1..<end(from: index + 1) { $0 == quote }
            attributes.append((name, value))
            index = min(value.upperBound + 1, octets.count)
        }
    }
}
