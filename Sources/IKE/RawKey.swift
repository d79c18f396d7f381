import Crypto
import Wire

/// A public key that a peer proves itself by without a certificate (RFC 7670). It is believed for
/// being in the keystore, and of that owner only.
public struct RawKey: Sendable {
    /// Whose it is.
    public let owner: Identification
    /// The key.
    public let key: PublicKey

    /// A key, and whose it is.
    public init(owner: Identification, key: PublicKey) {
        self.owner = owner
        self.key = key
    }
}
