import Wire

extension Notify {
    /// A notify about the message or the SA it travels in: it names no other (RFC 7296 §3.10).
    init(_ type: NotifyType, data: [UInt8] = []) {
        self.init(protocol: .none, spi: [], type: type, data: data)
    }
}
