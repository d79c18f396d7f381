/// Payloads one after the other, each announcing the type of the next (RFC 7296 §3.2).
public enum PayloadChain {
    /// No honest message comes near: the longest that are known, with certificate chains and
    /// tens of notifications, have about thirty.
    public static let maximumPayloads = 100

    /// Decodes the inner payloads of SK: all of `octets`, the first of which is of type `first`.
    public static func decode(
        _ octets: Span<UInt8>, first: PayloadType
    ) throws(WireError) -> [Payload] {
        try decode(octets, within: octets.indices, first: first)
    }

    /// Decodes the inner payloads of SK that stand within `range`: what
    /// ``removePadding(_:text:)`` gave, or any other part of the octets.
    public static func decode(
        _ octets: Span<UInt8>, within range: Range<Int>, first: PayloadType
    ) throws(WireError) -> [Payload] {
        var payloads: [Payload] = []
        let range = range.clamped(to: octets.indices)
        if let sealed = try decode(octets, within: range, first: first, into: &payloads) {
            throw .sealedInside(sealed.fragment == nil ? .encrypted : .encryptedFragment)
        }
        return payloads
    }

    /// Decodes any payloads, and gives the SK or SKF payload among them.
    static func decode(
        _ octets: Span<UInt8>, within range: Range<Int>, first: PayloadType,
        into payloads: inout [Payload]
    ) throws(WireError) -> SealedBody? {
        // Lengths first: nothing is allocated for a chain that does not hold together.
        payloads.reserveCapacity(try count(octets, within: range, first: first))
        var walk = Walk(first: first, range: range)
        while let link = try walk.next(octets) {
            switch link.type {
            case .encrypted, .encryptedFragment: return try SealedBody(octets, link)
            default: payloads.append(try Payload(octets, link))
            }
        }
        return nil
    }

    /// The number of payloads, after every length and every critical bit has been checked.
    private static func count(
        _ octets: Span<UInt8>, within range: Range<Int>, first: PayloadType
    ) throws(WireError) -> Int {
        var walk = Walk(first: first, range: range)
        var count = 0
        while let link = try walk.next(octets) {
            count += 1
            guard count <= maximumPayloads else { throw .tooManyPayloads }
            guard !link.isCritical || link.type.isUnderstood else {
                throw .unsupportedCriticalPayload(link.type)
            }
        }
        return count
    }

    /// One payload, before its body is looked at.
    struct Link {
        let type: PayloadType
        /// The sender wants the message refused if the type is not understood.
        let isCritical: Bool
        /// What the header announces: the next payload or, in SK and SKF, the first inside.
        let next: PayloadType
        let body: Range<Int>
    }

    /// Goes from one generic header to the next.
    private struct Walk {
        private var next: PayloadType
        private var rest: Range<Int>

        /// Next payload, critical bit, length.
        static let headerOctetCount = 4

        init(first: PayloadType, range: Range<Int>) {
            next = first
            rest = range
        }

        /// The next payload; `nil` at the end. At least a header is consumed each time.
        mutating func next(_ octets: Span<UInt8>) throws(WireError) -> Link? {
            let type = next
            guard type != .none else {
                guard rest.isEmpty else { throw .trailingOctets(rest.count) }
                return nil
            }
            guard rest.count >= Self.headerOctetCount else { throw .chainTruncated(type) }
            let start = rest.lowerBound
            let stated = octets.bigEndian(UInt16.self, at: start + 2)
            let length = Int(stated)
            guard length >= Self.headerOctetCount, length <= rest.count else {
                throw .payloadLength(type, stated: stated, available: rest.count)
            }
            let link = Link(
                type: type, isCritical: octets[start + 1] & 0x80 != 0,
                next: PayloadType(rawValue: octets[start]),
                body: start + Self.headerOctetCount..<start + length)
            rest = start + length..<rest.upperBound
            switch type {
            case .encrypted, .encryptedFragment:
                // The chain goes on inside, so nothing may follow (RFC 7296 §3.14).
                guard rest.isEmpty else { throw .sealedNotLast(type) }
                next = .none
            default: next = link.next
            }
            return link
        }
    }

    /// Appends the payloads in order, with generic headers. The critical bit is never set: all
    /// types sent here are those of RFC 7296 (§2.5).
    public static func encode(_ payloads: [Payload], to octets: inout [UInt8]) {
        var rest = payloads[...]
        while let payload = rest.popFirst() {
            octets.appendStructure((rest.first?.type ?? .none).rawValue) { octets in
                payload.appendBody(to: &octets)
            }
        }
    }

    /// Removes the padding of a decrypted text (RFC 7296 §3.14): the range of the inner payloads.
    public static func removePadding(
        _ octets: Span<UInt8>, text: Range<Int>
    ) throws(WireError) -> Range<Int> {
        guard let last = text.last, octets.indices.contains(last) else {
            throw .paddingLength(0, text: 0)
        }
        let padding = octets[last]
        guard Int(padding) < text.count else { throw .paddingLength(padding, text: text.count) }
        return text.lowerBound..<last - Int(padding)
    }
}

extension PayloadType {
    /// Whether payloads of the type are decoded here. The critical bit of these is ignored
    /// (RFC 7296 §2.5).
    var isUnderstood: Bool {
        (Self.securityAssociation.rawValue...Self.eap.rawValue).contains(rawValue)
            || self == .encryptedFragment
    }
}
