import Crypto
import Net
import Wire

/// Which of the ends stand behind a NAT.
struct NATs: OptionSet, Sendable {
    let rawValue: UInt8

    /// We do: what we send comes from another address than ours.
    static let here = NATs(rawValue: 1)
    /// The peer does.
    static let there = NATs(rawValue: 2)

    /// Who stands behind a NAT, for the log.
    var words: String {
        switch (contains(.here), contains(.there)) {
        case (true, true): "both ends are behind a NAT"
        case (true, false): "we are behind a NAT"
        case (false, true): "the peer is behind a NAT"
        case (false, false): "there is no NAT"
        }
    }
}

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

    /// Whether the peer allows no NAT (RFC 4555 §3.9), and there is one: what it takes the addresses
    /// for is not what its message bears.
    static func isForbidden(_ contents: Contents, _ pair: AddressPair) -> Bool {
        guard let notify = contents.notify(.noNATsAllowed) else { return false }
        var octets: [UInt8] = []
        pair.remote.address.append(to: &octets)
        pair.local.address.append(to: &octets)
        for port in [pair.remote.port, pair.local.port] {
            octets.append(UInt8(truncatingIfNeeded: port >> 8))
            octets.append(UInt8(truncatingIfNeeded: port))
        }
        return notify.data != octets
    }

    /// The NATs that the notifies of a message show between the addresses it travelled by. A peer
    /// that sends none does not do NAT traversal, so for it there are none.
    static func nats(
        _ primitives: Primitives, notifies: [Notify], initiatorSPI: IKESPI, responderSPI: IKESPI,
        local: SocketAddress, remote: SocketAddress
    ) throws(CryptoError) -> NATs {
        // A multihomed sender may send several source hashes; one that fits is enough.
        func changed(_ type: NotifyType, _ address: SocketAddress) throws(CryptoError) -> Bool {
            let sent = notifies.filter { $0.type == type }
            guard !sent.isEmpty else { return false }
            let expected = try hash(
                primitives, initiatorSPI: initiatorSPI, responderSPI: responderSPI, address)
            return !sent.contains { $0.data == expected }
        }
        var nats: NATs = []
        if try changed(.natDetectionSourceIP, remote) { nats.insert(.there) }
        if try changed(.natDetectionDestinationIP, local) { nats.insert(.here) }
        return nats
    }
}
