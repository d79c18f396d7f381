import CLinux
import Crypto

/// What the kernel holds of an SA.
public struct SADState: Sendable {
    /// The keys of an SA, where it has them.
    public struct Keys: Sendable {
        /// The key of the cipher or of the combined algorithm, with the salt.
        public let encryption: Secret?
        /// The key of the integrity algorithm.
        public let integrity: Secret?
    }

    /// What went through it.
    public let usage: Usage
    /// When it was added, in seconds of the system's clock since 1970.
    public let addedAt: UInt64
    /// Seconds from then until it is to be rekeyed; `nil` for never.
    public let softSeconds: UInt64?
    /// Seconds from then until it is removed; `nil` for never.
    public let hardSeconds: UInt64?
    /// Its keys, when they were asked for.
    public let keys: Keys?

    /// From the kernel's message about an SA; `nil` when that is cut short.
    init?(_ message: Span<UInt8>, withKeys: Bool) {
        guard let state = message.load(xfrm_usersa_info.self), let usage = Usage(message) else {
            return nil
        }
        self.usage = usage
        addedAt = state.curlft.add_time
        let limits = state.lft
        softSeconds =
            limits.soft_add_expires_seconds == 0 ? nil : limits.soft_add_expires_seconds
        hardSeconds =
            limits.hard_add_expires_seconds == 0 ? nil : limits.hard_add_expires_seconds
        keys = withKeys ? Keys(message) : nil
    }
}

extension SADState.Keys {
    fileprivate init(_ message: Span<UInt8>) {
        encryption =
            message.key(XFRMA_ALG_AEAD, hasICV: true) ?? message.key(XFRMA_ALG_CRYPT, hasICV: false)
        integrity = message.key(XFRMA_ALG_AUTH_TRUNC, hasICV: true)
    }
}

extension Span where Element == UInt8 {
    /// The key of an algorithm: `struct xfrm_algo`, `xfrm_algo_auth` and `xfrm_algo_aead` are a
    /// name, the length of the key in bits, except for ciphers that of the ICV, and the key.
    fileprivate func key(_ type: xfrm_attr_type_t, hasICV: Bool) -> Secret? {
        let nameWidth = 64
        let width = MemoryLayout<UInt32>.size
        guard
            let attribute = attribute(
                UInt16(truncatingIfNeeded: type.rawValue),
                from: attributesOffset(after: xfrm_usersa_info.self)),
            let bits = load(UInt32.self, at: attribute.lowerBound + nameWidth),
            case let start = attribute.lowerBound + nameWidth + width * (hasICV ? 2 : 1),
            let count = Int(exactly: bits / 8), start <= attribute.upperBound,
            count <= attribute.upperBound - start
        else { return nil }
        return Secret(copying: extracting(start..<start + count))
    }
}
