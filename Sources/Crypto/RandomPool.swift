import COpenSSL

/// Unpredictable octets, drawn from libcrypto many at a time: a call of its generator costs more
/// than the octets of a nonce. What has been handed out is erased from the pool. Not thread-safe.
public final class RandomPool {
    private static let size = 512
    private let pool: UnsafeMutableRawBufferPointer
    private var used = RandomPool.size

    /// An empty pool; it fills itself when it is first asked.
    public init() {
        pool = .allocate(byteCount: Self.size, alignment: 1)
    }

    deinit {
        OPENSSL_cleanse(pool.baseAddress, Self.size)
        pool.deallocate()
    }

    /// So many octets.
    public func octets(_ count: Int) -> [UInt8] {
        guard (0...Self.size / 4).contains(count) else { return randomOctets(count) }
        if used + count > Self.size { refill() }
        let drawn = UnsafeMutableRawBufferPointer(rebasing: pool[used..<used + count])
        let octets = [UInt8](drawn)
        OPENSSL_cleanse(drawn.baseAddress, count)
        used += count
        return octets
    }

    private func refill() {
        guard RAND_bytes(pool.baseAddress, Int32(Self.size)) == 1 else {
            fatalError("libcrypto gives no random octets")
        }
        used = 0
    }
}
