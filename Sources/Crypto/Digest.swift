/// The hash functions under the PRFs and integrity algorithms.
///
/// The raw value is the place of the function's context in ``Primitives``.
enum Digest: Int, CaseIterable {
    case sha1, sha256, sha384, sha512

    /// What libcrypto calls it.
    var name: String {
        switch self {
        case .sha1: "SHA1"
        case .sha256: "SHA2-256"
        case .sha384: "SHA2-384"
        case .sha512: "SHA2-512"
        }
    }

    /// Octets of a hash.
    var outputLength: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// Octets of the longest of these hashes.
    static let longestOutput = 64
}
