/// Where the parts of a sealed message stand in its octets (RFC 7296 §3.14).
public struct SealedRanges: Hashable, Sendable {
    /// From the first octet of the message to the end of the header of the SK or SKF payload.
    public let associatedData: Range<Int>
    /// The initialization vector.
    public let iv: Range<Int>
    /// The inner payloads, padding and the length of the padding; encrypted or in clear.
    public let text: Range<Int>
    /// The integrity checksum; the last octets of the message.
    public let icv: Range<Int>

    /// The parts that start after `associatedData` and have the given lengths, in octets.
    init(headerEnd: Int, ivLength: Int, textLength: Int, icvLength: Int) {
        let textStart = headerEnd + ivLength
        let textEnd = textStart + textLength
        associatedData = 0..<headerEnd
        iv = headerEnd..<textStart
        text = textStart..<textEnd
        icv = textEnd..<textEnd + icvLength
    }

    /// The parts of a received payload, given the lengths that belong to the algorithms of the
    /// SA, in octets; a `blockLength` of 1 stands for modes that need no padding. `nil` when the
    /// payload is too short for them or its text is not made of whole blocks.
    public init?(sealed: SealedBody, ivLength: Int, blockLength: Int, icvLength: Int) {
        let textLength = sealed.range.count - ivLength - icvLength
        // At the least, the text holds the length of the padding.
        guard textLength > 0, blockLength > 0, textLength % blockLength == 0 else { return nil }
        self.init(
            headerEnd: sealed.range.lowerBound, ivLength: ivLength, textLength: textLength,
            icvLength: icvLength)
    }
}
