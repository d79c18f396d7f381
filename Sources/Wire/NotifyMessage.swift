/// A response that says one thing, in clear, as it goes on the wire: what a request gets of which
/// nothing is kept. It takes no memory from the heap, since such requests come in floods.
public struct NotifyMessage: Sendable {
    /// Octets of data that there is room for: those of the longest cookie (RFC 7296 §2.6).
    public static let dataCapacity = 64
    /// Generic header, protocol, SPI size and type.
    private static let payloadHeaderCount = 8
    private typealias Octets = InlineArray<100, UInt8>

    private var octets = Octets(repeating: 0)
    private var count = 0

    /// Answers a request with a notify without SPI. Data for which there is no room are left out.
    public init(answering request: Header, _ type: NotifyType, data: Span<UInt8>) {
        let data = data.extracting(first: Self.dataCapacity)
        let payloadLength = Self.payloadHeaderCount + data.count
        append(request.initiatorSPI.rawValue)
        append(request.responderSPI.rawValue)
        append(PayloadType.notify.rawValue)
        append(Header.currentVersion)
        append(request.exchange.rawValue)
        let flags: Header.Flags = request.isFromInitiator ? .response : [.response, .initiator]
        append(flags.rawValue)
        append(request.messageID)
        append(UInt32(truncatingIfNeeded: Header.octetCount + payloadLength))
        append(PayloadType.none.rawValue)
        append(UInt8(0))
        append(UInt16(truncatingIfNeeded: payloadLength))
        append(SecurityProtocol.none.rawValue)
        append(UInt8(0))
        append(type.rawValue)
        for index in data.indices { append(data[index]) }
    }

    private mutating func append<Integer: FixedWidthInteger & UnsignedInteger>(_ value: Integer) {
        var shift = Integer.bitWidth
        while shift > 0 {
            shift -= 8
            octets[count] = UInt8(truncatingIfNeeded: value >> Integer(shift))
            count += 1
        }
    }

    /// Lends the octets.
    public func withOctets<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        body(octets.span.extracting(first: count))
    }

    /// The octets in an array, where the heap does not matter.
    public func encoded() -> [UInt8] {
        withOctets { octets in [UInt8](octets, octets.indices) }
    }
}
