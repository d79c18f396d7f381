import Wire

/// A pseudorandom function this room computes (RFC 7296 §2.13).
public struct PRF: Hashable, Sendable {
    /// Its number in the registry.
    public let id: PseudorandomFunction
    let mac: MAC

    /// HMAC with SHA-1 (RFC 2104) or SHA-2 (RFC 4868), AES-XCBC (RFC 4434) or AES-CMAC (RFC 4615);
    /// `nil` for any other function.
    public init?(_ id: PseudorandomFunction) {
        switch id {
        case .hmacSHA1: mac = .hmacSHA1
        case .hmacSHA256: mac = .hmacSHA256
        case .hmacSHA384: mac = .hmacSHA384
        case .hmacSHA512: mac = .hmacSHA512
        case .aes128XCBC: mac = .aesXCBC
        case .aes128CMAC: mac = .aesCMAC
        default: return nil
        }
        self.id = id
    }

    /// Octets of one output.
    public var outputLength: Int { mac.length }

    /// Octets of the keys to take from a derivation for it: for HMAC the length of the output, for
    /// AES that of its key (RFC 7296 §2.13).
    public var preferredKeyLength: Int { mac.length }

    /// The key of SKEYSEED when there was no IKE SA before: Ni | Nr, but for the two functions over
    /// AES only the first 64 bits of each (RFC 7296 §2.14). Everything else takes the nonces whole.
    public func seedKey(initiatorNonce: [UInt8], responderNonce: [UInt8]) -> [UInt8] {
        switch mac {
        case .hmacSHA1, .hmacSHA256, .hmacSHA384, .hmacSHA512:
            initiatorNonce + responderNonce
        case .aesXCBC, .aesCMAC:
            Array(initiatorNonce.prefix(mac.length / 2) + responderNonce.prefix(mac.length / 2))
        }
    }
}
