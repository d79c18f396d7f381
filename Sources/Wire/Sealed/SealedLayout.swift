/// A message with an SK or SKF payload, laid out with its final lengths and still in clear: what
/// remains is to fill in the IV, encrypt the text in place and write the ICV
/// (RFC 7296 §3.14, RFC 7383 §2.5).
public struct SealedLayout: Hashable, Sendable {
    /// The whole message; IV and ICV are zero.
    public var octets: [UInt8]
    /// Where its parts stand.
    public let ranges: SealedRanges

    /// From the first octet of the message to the end of the header of the SK or SKF payload.
    public var associatedData: Range<Int> { ranges.associatedData }
    /// The initialization vector.
    public var iv: Range<Int> { ranges.iv }
    /// The inner payloads, padding and the length of the padding.
    public var text: Range<Int> { ranges.text }
    /// The integrity checksum.
    public var icv: Range<Int> { ranges.icv }

    /// A message with `payloads` inside of SK; or, where that would exceed `maximumOctets`, as few
    /// with SKF as it takes to keep each within that (RFC 7383 §2.5), all but the last of one
    /// length. Lengths are in octets; a `blockLength` of 1 stands for modes that need no padding.
    /// Where the limit leaves no room, fragments of one block exceed it.
    public static func messages(
        header: Header, payloads: [Payload], ivLength: Int, blockLength: Int, icvLength: Int,
        maximumOctets: Int
    ) -> [SealedLayout] {
        var inner: [UInt8] = []
        PayloadChain.encode(payloads, to: &inner)
        let first = payloads.first?.type ?? .none
        func layout(_ part: ArraySlice<UInt8>, _ fragment: Fragment?) -> SealedLayout {
            SealedLayout(
                header: header, firstInner: part.startIndex == 0 ? first : .none, inner: part,
                fragment: fragment, ivLength: ivLength, blockLength: blockLength,
                icvLength: icvLength)
        }
        /// The inner octets that a message can hold beside the given overhead, whole blocks less
        /// the octet that counts the padding.
        func room(_ overhead: Int) -> Int {
            let text = maximumOctets - Header.octetCount - overhead - ivLength - icvLength
            return text - text % max(blockLength, 1) - 1
        }
        guard !inner.isEmpty, inner.count > room(Self.headerOctetCount) else {
            return [layout(inner[...], nil)]
        }
        // The number of a fragment has sixteen bits.
        let leastSize = (inner.count + Int(UInt16.max) - 1) / Int(UInt16.max)
        let size = max(
            room(Self.headerOctetCount + Fragment.octetCount), blockLength - 1, leastSize, 1)
        let total = UInt16(clamping: (inner.count + size - 1) / size)
        var layouts: [SealedLayout] = []
        var number: UInt16 = 0
        var rest = inner[...]
        while number < total {
            number += 1
            layouts.append(layout(rest.prefix(size), Fragment(number: number, total: total)))
            rest = rest.dropFirst(size)
        }
        return layouts
    }

    /// The generic header of a payload.
    private static let headerOctetCount = 4

    private init(
        header: Header, firstInner: PayloadType, inner: ArraySlice<UInt8>, fragment: Fragment?,
        ivLength: Int, blockLength: Int, icvLength: Int
    ) {
        // The least padding that fills the last block together with its length.
        let blockLength = max(blockLength, 1)
        let padding = (blockLength - (inner.count + 1) % blockLength) % blockLength
        let headerEnd =
            Header.octetCount + Self.headerOctetCount + (fragment == nil ? 0 : Fragment.octetCount)
        ranges = SealedRanges(
            headerEnd: headerEnd, ivLength: ivLength, textLength: inner.count + padding + 1,
            icvLength: icvLength)
        let length = ranges.icv.upperBound

        var header = header
        header.firstPayload = fragment == nil ? .encrypted : .encryptedFragment
        var octets: [UInt8] = []
        octets.reserveCapacity(length)
        header.append(to: &octets, length: length)
        octets.appendStructure(firstInner.rawValue) { octets in
            if let fragment {
                octets.append(bigEndian: fragment.number)
                octets.append(bigEndian: fragment.total)
            }
            octets.append(contentsOf: repeatElement(0, count: ivLength))
            octets += inner
            octets.append(contentsOf: repeatElement(0, count: padding))
            octets.append(UInt8(truncatingIfNeeded: padding))
            octets.append(contentsOf: repeatElement(0, count: icvLength))
        }
        self.octets = octets
    }
}
