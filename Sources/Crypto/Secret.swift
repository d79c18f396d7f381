import COpenSSL

/// Octets nobody else may learn: keys, shared secrets, and what they are derived from.
///
/// They lie in one block of libcrypto's heap, of its locked part while that has room, never move, and are erased when the last owner lets
/// go. There is no description of them, so that none gets into a log by accident.
public final class Secret: @unchecked Sendable {
    // Immutable once initialised: that makes it safe to share between threads.
    private let block: UnsafeMutableRawPointer
    /// Octets allocated; a derivation in whole blocks of output leaves a few past `count`.
    private let capacity: Int
    /// Number of octets.
    public let count: Int

    /// Takes `count` octets (and room for `capacity`) of which the closure must fill every one.
    init(
        count: Int, capacity: Int,
        filledBy fill: (UnsafeMutableRawBufferPointer) throws(CryptoError) -> Void
    ) throws(CryptoError) {
        self.count = max(0, count)
        self.capacity = max(1, count, capacity)
        // As for any object of ours, there is nothing to do when memory runs out.
        guard let block = COpenSSL_secure_malloc(self.capacity) else { fatalError("out of memory") }
        self.block = block
        // When the closure throws, deinit frees the block: every property has its value by now.
        try fill(UnsafeMutableRawBufferPointer(start: block, count: self.capacity))
    }

    /// Takes `count` octets, which the closure must fill; throws what the closure throws.
    public convenience init(
        count: Int,
        filledBy fill: (UnsafeMutableRawBufferPointer) throws(CryptoError) -> Void
    ) throws(CryptoError) {
        try self.init(count: count, capacity: count) {
            (room: UnsafeMutableRawBufferPointer) throws(CryptoError) in
            try fill(UnsafeMutableRawBufferPointer(rebasing: room[..<max(0, count)]))
        }
    }

    /// Copies the octets. Erasing the original, where that matters, is up to the caller.
    public init(copying octets: Span<UInt8>) {
        count = octets.count
        capacity = max(1, octets.count)
        guard let block = COpenSSL_secure_malloc(capacity) else { fatalError("out of memory") }
        self.block = block
        octets.withUnsafeBytes { source in
            UnsafeMutableRawBufferPointer(start: block, count: source.count)
                .copyMemory(from: source)
        }
    }

    /// Copies the octets. Erasing the original, where that matters, is up to the caller.
    public convenience init(copying octets: [UInt8]) {
        self.init(copying: octets.span)
    }

    deinit {
        COpenSSL_secure_clear_free(block, capacity)
    }

    /// Lends the octets for the duration of the call; the pointer must not outlive it.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: block, count: count))
    }

    /// The octets in ordinary memory, which nobody erases: only for what leaves the process anyway,
    /// towards the wire or the kernel.
    public func revealed() -> [UInt8] {
        withUnsafeBytes { [UInt8]($0) }
    }

    /// A part of the secret, which keeps the whole alive. Octets past the end are left out.
    public func slice(_ range: Range<Int>) -> SecretSlice {
        SecretSlice(self, range)
    }

    /// The whole of it, where a part is wanted.
    public var all: SecretSlice { SecretSlice(self, 0..<count) }
}

extension Secret: Equatable {
    /// Compares in a time that depends on the lengths alone.
    public static func == (a: Secret, b: Secret) -> Bool {
        a.count == b.count && CRYPTO_memcmp(a.block, b.block, a.count) == 0
    }
}
