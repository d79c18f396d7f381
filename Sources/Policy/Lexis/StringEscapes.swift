/// The content of a quoted string: a backslash stands for nothing but itself unless a quote or
/// another backslash follows.
enum StringEscapes {
    /// The octet that stands at an index before `end`, and the index behind it.
    static func next(_ octets: [UInt8], _ index: inout Int, _ end: Int) -> UInt8 {
        if octets[index] == .backslash, index + 1 < end,
            octets[index + 1] == .quote || octets[index + 1] == .backslash
        {
            index += 1
        }
        defer { index += 1 }
        return octets[index]
    }

    /// Gives each octet of the content, escapes resolved.
    static func forEach(_ octets: [UInt8], in content: Range<Int>, _ body: (UInt8) -> Void) {
        var index = content.lowerBound
        while index < content.upperBound { body(next(octets, &index, content.upperBound)) }
    }
}
