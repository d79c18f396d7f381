import Wire

/// A pseudorandom function this room computes (RFC 7296 §2.13).
public struct PRF: Hashable, Sendable {
    /// Its number in the registry.
    public let id: PseudorandomFunction
    let digest: Digest

    /// HMAC with SHA-1 (RFC 2104) or SHA-2 (RFC 4868); `nil` for any other function.
    public init?(_ id: PseudorandomFunction) {
        switch id {
        case .hmacSHA1: digest = .sha1
        case .hmacSHA256: digest = .sha256
        case .hmacSHA384: digest = .sha384
        case .hmacSHA512: digest = .sha512
        default: return nil
        }
        self.id = id
    }

    /// Octets of one output.
    public var outputLength: Int { digest.outputLength }

    /// Octets of the keys to take from a derivation for it: for HMAC the length of the output
    /// (RFC 7296 §2.13).
    public var preferredKeyLength: Int { digest.outputLength }
}
