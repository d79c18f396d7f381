extension SecretSlice {
    /// A secret of its own with these octets, so that the one it was cut from can go.
    public func copied() throws(CryptoError) -> Secret {
        try Secret(count: count) { (room: UnsafeMutableRawBufferPointer) in
            withUnsafeBytes { room.copyMemory(from: $0) }
        }
    }
}
