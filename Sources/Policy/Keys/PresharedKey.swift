import Crypto

/// The key material of one label of ikev2.preshared(5).
public struct PresharedKey: Equatable, Sendable {
    /// What we sign with; `nil`: the file gives the label a `remote_key` only.
    public let local: Secret?
    /// What verifies the peer; `nil`: the file gives the label a `local_key` only.
    public let remote: Secret?

    /// Keys for the two directions.
    public init(local: Secret?, remote: Secret?) {
        self.local = local
        self.remote = remote
    }

    /// One key for both directions.
    public init(_ key: Secret) {
        self.init(local: key, remote: key)
    }
}
