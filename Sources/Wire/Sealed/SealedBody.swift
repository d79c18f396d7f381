/// The SK or SKF payload of a received message, before its integrity is checked
/// (RFC 7296 §3.14, RFC 7383 §2.5). It is always the last payload.
public struct SealedBody: Hashable, Sendable {
    /// The type of the first payload inside; of no meaning in fragments after the first.
    public let firstInner: PayloadType
    /// Where IV, encrypted text and ICV stand in the datagram, together.
    public let range: Range<Int>
    /// Which fragment this is; `nil` for an SK payload, which holds a whole message.
    public let fragment: Fragment?

    /// A body from its fields.
    public init(firstInner: PayloadType, range: Range<Int>, fragment: Fragment? = nil) {
        self.firstInner = firstInner
        self.range = range
        self.fragment = fragment
    }

    /// What an AEAD authenticates without encrypting it: from the first octet of the message to
    /// the end of the payload's header (RFC 5282 §5.1, RFC 7383 §2.5).
    public var associatedData: Range<Int> { 0..<range.lowerBound }
}

extension SealedBody {
    /// Reads what stands in clear of an SK or SKF payload.
    init(_ octets: Span<UInt8>, _ link: PayloadChain.Link) throws(WireError) {
        firstInner = link.next
        guard link.type == .encryptedFragment else {
            range = link.body
            fragment = nil
            return
        }
        var cursor = Cursor(link.body, in: link.type)
        let number = try cursor.read(UInt16.self, octets)
        let total = try cursor.read(UInt16.self, octets)
        guard let fragment = Fragment(number: number, total: total) else {
            throw .fragmentNumber(number, total: total)
        }
        self.fragment = fragment
        range = cursor.takeRest()
    }
}
