import Wire

@testable import IKE

// SA payloads laid by hand: their lengths and counts can lie.

/// A transform substructure (RFC 7296 §3.3.2).
func rawTransform(
    _ type: UInt8, _ id: UInt16, _ attributes: [UInt8] = [], isLast: Bool = false,
    length: UInt16? = nil
) -> [UInt8] {
    var octets: [UInt8] = [isLast ? 0 : 3, 0]
    octets += bigEndian(length ?? UInt16(8 + attributes.count))
    octets += [type, 0]
    octets += bigEndian(id)
    return octets + attributes
}

/// A proposal substructure (RFC 7296 §3.3.1) for an IKE SA.
func rawProposal(
    _ transforms: [[UInt8]], number: UInt8 = 1, spi: [UInt8] = [], spiLength: UInt8? = nil,
    isLast: Bool = true, count: UInt8? = nil, length: UInt16? = nil
) -> [UInt8] {
    let body = spi + transforms.flatMap { $0 }
    var octets: [UInt8] = [isLast ? 0 : 2, 0]
    octets += bigEndian(length ?? UInt16(8 + body.count))
    octets += [number, SecurityProtocol.ike.rawValue]
    octets += [spiLength ?? UInt8(spi.count), count ?? UInt8(transforms.count)]
    return octets + body
}

extension HandMadePeer {
    /// An honest IKE_SA_INIT request but for the body of its SA payload.
    func saInit(proposals body: [UInt8]) -> [UInt8] {
        var rest: [UInt8] = []
        PayloadChain.encode([Payload](saInitPayloads.dropFirst()), to: &rest)
        let chain = rawPayload(next: PayloadType.keyExchange.rawValue, body) + rest
        var octets = [UInt8](saInit().prefix(28))
        octets.replaceSubrange(24..<28, with: bigEndian(UInt32(28 + chain.count)))
        return octets + chain
    }
}
