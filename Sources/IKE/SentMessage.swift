/// A message of ours as it goes out: in one datagram, or in the fragments that carry it
/// (RFC 7383 §2.5). What the peer may want again is kept as it was sent, and once.
struct SentMessage: Hashable {
    /// The datagrams, one after another.
    private let octets: [UInt8]
    /// The length of each datagram but the last, which may be shorter.
    private let datagramLength: Int

    /// A message in one datagram.
    init(_ octets: [UInt8]) {
        self.octets = octets
        datagramLength = octets.count
    }

    /// A message in fragments, all of one length but the last, or in one datagram.
    init(_ datagrams: [[UInt8]]) {
        if datagrams.count == 1 {
            octets = datagrams[0]
        } else {
            var octets: [UInt8] = []
            octets.reserveCapacity(datagrams.reduce(0) { $0 + $1.count })
            for datagram in datagrams { octets += datagram }
            self.octets = octets
        }
        datagramLength = datagrams.first?.count ?? 0
    }

    /// What goes on the wire, in order.
    var datagrams: [[UInt8]] {
        guard 0 < datagramLength, datagramLength < octets.count else { return [octets] }
        return stride(from: 0, to: octets.count, by: datagramLength).map { start in
            [UInt8](octets[start..<min(start + datagramLength, octets.count)])
        }
    }
}
