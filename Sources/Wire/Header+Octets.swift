// The octets of the fixed header (RFC 7296 §3.1).

extension Header {
    /// Where the length of the message stands.
    private static let lengthPosition = 24

    /// Reads the header of a datagram, and checks nothing that lies behind it.
    ///
    /// The version is not judged here, so that INVALID_MAJOR_VERSION can be answered. Reserved
    /// bits are ignored.
    public init(decoding octets: Span<UInt8>) throws(WireError) {
        guard octets.count >= Self.octetCount else {
            throw .headerTruncated(octets: octets.count)
        }
        let length = octets.bigEndian(UInt32.self, at: Self.lengthPosition)
        guard Int(exactly: length) == octets.count else {
            throw .lengthMismatch(stated: length, received: octets.count)
        }
        initiatorSPI = IKESPI(octets.bigEndian(UInt64.self, at: 0))
        responderSPI = IKESPI(octets.bigEndian(UInt64.self, at: 8))
        firstPayload = PayloadType(rawValue: octets[16])
        version = octets[17]
        exchange = ExchangeType(rawValue: octets[18])
        flags = Flags(rawValue: octets[19]).intersection(.defined)
        messageID = octets.bigEndian(UInt32.self, at: 20)
        guard initiatorSPI != .zero else { throw .zeroInitiatorSPI }
    }

    /// Appends the header of a message of `length` octets, its own included.
    func append(to octets: inout [UInt8], length: Int) {
        octets.append(bigEndian: initiatorSPI.rawValue)
        octets.append(bigEndian: responderSPI.rawValue)
        octets.append(firstPayload.rawValue)
        octets.append(version)
        octets.append(exchange.rawValue)
        octets.append(flags.intersection(.defined).rawValue)
        octets.append(bigEndian: messageID)
        octets.append(bigEndian: UInt32(clamping: length))
    }
}
