import Net

// A NAT forgets who sent nothing for a while (RFC 3948 §2.3, §4). Who stands behind one reminds it.

extension Engine {
    /// The pause between two keepalives: M of RFC 3948 §4.
    static let keepAliveInterval = Interval.seconds(20)

    /// Begins to remind the NAT that we stand behind, or stops.
    func keepAlive(_ sa: IKESA) {
        sa.keepAliveAt = sa.nats.contains(.here) ? now + Self.keepAliveInterval : nil
    }

    /// Reminds the NAT, when it is time.
    func sendKeepAlive(_ sa: IKESA) -> Bool {
        guard let due = sa.keepAliveAt, due <= now, sa.session != nil else { return false }
        emit(.keepAlive(sa.pair))
        keepAlive(sa)
        return true
    }
}
