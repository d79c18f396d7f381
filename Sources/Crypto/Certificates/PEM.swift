import COpenSSL

/// Text with encoded objects in it (RFC 7468), taken apart at its boundaries. Octets that stand
/// between the objects mean nothing.
public struct PEM: Sendable {
    /// One object, with its two boundaries.
    public struct Block: Hashable, Sendable {
        /// What it says it is: `CERTIFICATE`.
        public let label: String
        /// Where it begins, in lines counted from 1.
        public let line: Int
        /// The octets from the first dash of the first boundary to the last of the second.
        public let range: Range<Int>
    }

    /// The objects in their order.
    public let blocks: [Block]
    /// Where an object begins that has no end, in lines counted from 1.
    public let unfinished: Int?

    private static let begin = [UInt8]("-----BEGIN ".utf8)
    private static let end = [UInt8]("-----END ".utf8)
    private static let dashes = [UInt8]("-----".utf8)

    /// Finds the objects in the text. A boundary begins its line.
    public init(_ text: Span<UInt8>) {
        var blocks: [Block] = []
        var open: (label: [UInt8], line: Int, start: Int)?
        var line = 1
        var position = 0
        while position < text.count {
            let range = Self.line(text, from: position)
            if let label = Self.label(text, range, after: Self.begin) {
                open = (label, line, range.lowerBound)
            } else if let label = Self.label(text, range, after: Self.end), let begun = open,
                begun.label == label
            {
                blocks.append(
                    Block(
                        label: String(decoding: label, as: UTF8.self), line: begun.line,
                        range: begun.start..<range.upperBound))
                open = nil
            }
            position = range.upperBound + 1
            line += 1
        }
        self.blocks = blocks
        unfinished = open?.line
    }

    /// What is encoded between the boundaries of an object; `nil` when it is not in Base64, or is
    /// encrypted. `text` is what the object was found in.
    public static func der(of block: Block, in text: Span<UInt8>) -> [UInt8]? {
        text.withUnsafeBytes { text -> [UInt8]? in
            let part = text[block.range.clamped(to: text.startIndex..<text.endIndex)]
            guard let count = Int32(exactly: part.count),
                let input = BIO_new_mem_buf(
                    UnsafeRawBufferPointer(rebasing: part).baseAddress, count)
            else { return nil }
            var (name, header): (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?)
            var content: UnsafeMutablePointer<UInt8>?
            var length = 0
            let isRead = PEM_read_bio(input, &name, &header, &content, &length) == 1
            defer {
                BIO_free(input)
                COpenSSL_free(name)
                COpenSSL_free(header)
                COpenSSL_free(content)
                ERR_clear_error()
            }
            guard isRead, let content, length > 0, header.map({ $0.pointee == 0 }) ?? true else {
                return nil
            }
            return [UInt8](UnsafeBufferPointer(start: content, count: length))
        }
    }

    /// Whether there is a boundary in the octets: DER has none.
    public static func isPEM(_ octets: Span<UInt8>) -> Bool {
        octets.withUnsafeBytes { isPEM($0) }
    }

    /// Whether there is a boundary in the octets: DER has none.
    static func isPEM(_ octets: UnsafeRawBufferPointer) -> Bool {
        var matched = 0
        for octet in octets {
            if octet == begin[matched] {
                matched += 1
                if matched == begin.count { return true }
            } else {
                // Only the dashes repeat at the start of what is looked for.
                matched =
                    octet != UInt8(ascii: "-") ? 0 : matched == dashes.count ? dashes.count : 1
            }
        }
        return false
    }

    /// The line that begins at the position, without its end.
    private static func line(_ text: Span<UInt8>, from start: Int) -> Range<Int> {
        var end = start
        while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
        return start..<end
    }

    /// What stands between the words of a boundary and its dashes.
    private static func label(
        _ text: Span<UInt8>, _ range: Range<Int>, after words: [UInt8]
    ) -> [UInt8]? {
        var end = range.upperBound
        while end > range.lowerBound,
            text[end - 1] == UInt8(ascii: "\r") || text[end - 1] == UInt8(ascii: " ")
        { end -= 1 }
        guard end - range.lowerBound > words.count + dashes.count else { return nil }
        for (offset, octet) in words.enumerated()
        where text[range.lowerBound + offset] != octet { return nil }
        let labelEnd = end - dashes.count
        for index in labelEnd..<end where text[index] != UInt8(ascii: "-") { return nil }
        var label: [UInt8] = []
        for index in range.lowerBound + words.count..<labelEnd {
            // Letters, digits and spaces: the label may come to a log.
            guard (0x20...0x7E).contains(text[index]) else { return nil }
            label.append(text[index])
        }
        return label
    }
}
