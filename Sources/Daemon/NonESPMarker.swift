import Reactor

/// What precedes an IKE message on the port shared with ESP (RFC 3948 §2.2).
enum NonESPMarker {
    /// The message behind the marker; `nil` for what is none: ESP, and keepalives (RFC 3948 §2.3).
    static func message(in datagram: Span<UInt8>) -> Range<Int>? {
        let count = UDPSocket.nonESPMarkerCount
        guard datagram.count > count else { return nil }
        for index in 0..<count where datagram[index] != 0 { return nil }
        return count..<datagram.count
    }
}
