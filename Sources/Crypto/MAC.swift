/// The message authentication codes under the PRFs and the integrity algorithms.
///
/// The raw value is the place of the code's context in ``Primitives``.
enum MAC: Int, CaseIterable {
    case hmacSHA1, hmacSHA256, hmacSHA384, hmacSHA512
    /// AES in cipher block chaining with 128-bit keys: RFC 3566 and RFC 4434, RFC 4493 and RFC 4615.
    case aesXCBC, aesCMAC

    /// Octets of a code, and of the keys to take from a derivation for it: for HMAC the two are the
    /// same (RFC 4868 §2.1.1), for AES a block is as long as the key.
    var length: Int {
        switch self {
        case .hmacSHA1: 20
        case .hmacSHA256: 32
        case .hmacSHA384: 48
        case .hmacSHA512: 64
        case .aesXCBC, .aesCMAC: XCBC.blockLength
        }
    }

    /// Octets of the longest of these codes.
    static let longest = 64

    /// What to call it when libcrypto fails.
    var name: String {
        switch self {
        case .hmacSHA1: "HMAC with SHA-1"
        case .hmacSHA256: "HMAC with SHA-256"
        case .hmacSHA384: "HMAC with SHA-384"
        case .hmacSHA512: "HMAC with SHA-512"
        case .aesXCBC: "AES-XCBC"
        case .aesCMAC: "AES-CMAC"
        }
    }
}
