import Crypto
import Net
import Wire

/// NAT_DETECTION_SOURCE_IP and NAT_DETECTION_DESTINATION_IP (RFC 7296 §2.23).
enum NATDetection {
    /// SHA-1(SPIi | SPIr | address | port).
    static func hash(
        _ primitives: Primitives, initiatorSPI: IKESPI, responderSPI: IKESPI,
        _ address: SocketAddress
    ) throws(CryptoError) -> [UInt8] {
        var octets = initiatorSPI.octets + responderSPI.octets
        address.address.append(to: &octets)
        octets.append(UInt8(truncatingIfNeeded: address.port >> 8))
        octets.append(UInt8(truncatingIfNeeded: address.port))
        return try primitives.sha1(octets)
    }

    /// The pair of notifies that tells the peer what we take our address and its to be.
    static func notifies(
        _ primitives: Primitives, initiatorSPI: IKESPI, responderSPI: IKESPI,
        local: SocketAddress, remote: SocketAddress
    ) throws(CryptoError) -> [Payload] {
        func notify(_ type: NotifyType, _ address: SocketAddress) throws(CryptoError) -> Payload {
            .notify(
                Notify(
                    type,
                    data: try hash(
                        primitives, initiatorSPI: initiatorSPI, responderSPI: responderSPI, address)
                ))
        }
        return [
            try notify(.natDetectionSourceIP, local),
            try notify(.natDetectionDestinationIP, remote),
        ]
    }

    /// Whether the notifies of a message show a NAT between the addresses it travelled by. A peer
    /// that sends none does not do NAT traversal, so for it there is none.
    static func showsNAT(
        _ primitives: Primitives, notifies: [Notify], initiatorSPI: IKESPI, responderSPI: IKESPI,
        local: SocketAddress, remote: SocketAddress
    ) throws(CryptoError) -> Bool {
        // A multihomed sender may send several source hashes; one that fits is enough.
        func changed(_ type: NotifyType, _ address: SocketAddress) throws(CryptoError) -> Bool {
            let sent = notifies.filter { $0.type == type }
            guard !sent.isEmpty else { return false }
            let expected = try hash(
                primitives, initiatorSPI: initiatorSPI, responderSPI: responderSPI, address)
            return !sent.contains { $0.data == expected }
        }
        if try changed(.natDetectionSourceIP, remote) { return true }
        return try changed(.natDetectionDestinationIP, local)
    }
}
