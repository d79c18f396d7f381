// Between a datagram and a message. The marker that port 4500 adds before it (RFC 3948 §2.2)
// belongs to the transport.

extension Message {
    /// Decodes a whole datagram: the header and the payloads outside SK.
    public init(decoding octets: Span<UInt8>) throws(WireError) {
        header = try Header(decoding: octets)
        guard header.majorVersion == Header.currentVersion >> 4 else {
            throw .majorVersion(header.majorVersion)
        }
        var payloads: [Payload] = []
        sealed = try PayloadChain.decode(
            octets, within: Header.octetCount..<octets.count, first: header.firstPayload,
            into: &payloads)
        self.payloads = payloads
    }

    /// The octets of a message in clear; ``SealedLayout`` makes the others. The type of the first
    /// payload and the length are set from the payloads.
    public func encoded() -> [UInt8] {
        var chain: [UInt8] = []
        PayloadChain.encode(payloads, to: &chain)
        var header = header
        header.firstPayload = payloads.first?.type ?? .none
        var octets: [UInt8] = []
        octets.reserveCapacity(Header.octetCount + chain.count)
        header.append(to: &octets, length: Header.octetCount + chain.count)
        octets += chain
        return octets
    }
}
