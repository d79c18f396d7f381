/// A source line as a diagnostic shows it, with a mark under the token.
struct Excerpt {
    /// The octets of a long line that are shown before and after the start of the token: a
    /// terminal's width each way, also of a file that is one line of megabytes.
    private static let reach = 120

    /// The source line and the line with the mark; empty when there is no such place.
    let text: String

    init(of octets: [UInt8], at location: SourceLocation, masking: Masking) {
        guard octets.indices.contains(location.offset) || location.offset == octets.count,
            !octets.isEmpty
        else {
            text = ""
            return
        }
        var start = location.offset
        while start > 0, octets[start - 1] != .lineFeed, location.offset - start < Self.reach {
            start -= 1
        }
        var end = location.offset
        while end < octets.count, octets[end] != .lineFeed, end - location.offset < Self.reach {
            end += 1
        }
        let isFromLineStart = start == 0 || octets[start - 1] == .lineFeed
        while !isFromLineStart, start < location.offset, octets[start].isUTF8Continuation {
            start += 1
        }
        while end < octets.count, end > location.offset, octets[end].isUTF8Continuation { end -= 1 }

        if end > location.offset, octets[end - 1] == .carriageReturn { end -= 1 }

        let before = Self.scalars(octets[start..<location.offset])
        let after = Self.scalars(octets[location.offset..<end])
        var line = String.UnicodeScalarView()
        if !isFromLineStart { line.append("…") }
        let shown = masking.apply(to: before + after, isFromLineStart: isFromLineStart)
        for scalar in shown { line.append(scalar.isSafeToPrint ? scalar : "\u{FFFD}") }
        var mark = isFromLineStart ? "" : " "
        for scalar in before { mark += scalar == "\t" ? "\t" : " " }
        mark += "^"
        let length = Swift.min(location.length, Swift.max(after.count, 1))
        mark += String(repeating: "~", count: length - 1)
        text = "\(String(line))\n\(mark)"
    }

    private static func scalars(_ octets: ArraySlice<UInt8>) -> [Unicode.Scalar] {
        Array(String(decoding: octets, as: UTF8.self).unicodeScalars)
    }
}

extension Unicode.Scalar {
    /// Whether a terminal shows the character where it stands: no control, no change of direction.
    var isSafeToPrint: Bool {
        switch value {
        case 0x09: true
        case 0..<0x20, 0x7F..<0xA0: false
        case 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: false
        default: true
        }
    }
}
