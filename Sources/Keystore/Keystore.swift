import Crypto

/// The certificates, keys and revocation lists of the daemon, as they were read together.
///
/// It never changes. Reading anew makes another one, with the same objects for what is the same, so
/// that SAs which use the old one cost nothing.
public struct Keystore: Sendable {
    /// A certificate whose key is there: what we can prove to be.
    public struct Identity: Sendable {
        /// The certificate.
        public let certificate: X509Certificate
        /// Its key.
        public let key: PrivateKey
    }

    /// A public key of ours whose private key is there: what we can prove to be without a
    /// certificate.
    public struct BareIdentity: Sendable {
        /// Who.
        public let owner: KeyOwner
        /// The key.
        public let key: PrivateKey
    }

    /// What lies on a token beside the files.
    public struct Additions: Sendable {
        let certificates: [X509Certificate]
        let keys: [PrivateKey]

        /// Certificates and keys.
        public init(certificates: [X509Certificate] = [], keys: [PrivateKey] = []) {
            self.certificates = certificates
            self.keys = keys
        }
    }

    /// All certificates, our own among them.
    public let certificates: [X509Certificate]
    /// Those with a key, in the same order.
    public let identities: [Identity]
    /// The public keys without certificates, our own among them.
    public let publicKeys: [OwnedKey]
    /// Those with a private key, in the same order.
    public let bareIdentities: [BareIdentity]
    /// The revocation lists.
    public let revocationLists: [RevocationList]

    /// A keystore without anything.
    public init() {
        self.init(certificates: [], keys: [], revocationLists: [])
    }

    /// A keystore of what lies on a token alone.
    public init(_ additions: Additions) {
        self.init(
            certificates: additions.certificates, keys: additions.keys, revocationLists: [])
    }

    /// The same with other certificates: the keys that there are go with those that are about them.
    public func with(certificates: [X509Certificate]) -> Keystore {
        Keystore(
            certificates: certificates, keys: identities.map { $0.key },
            revocationLists: revocationLists, publicKeys: publicKeys)
    }

    /// Sorts what was read; a key goes with every certificate that is about it, and with
    /// every public key that is its own.
    init(
        certificates: [X509Certificate], keys: [PrivateKey], revocationLists: [RevocationList],
        publicKeys: [OwnedKey] = []
    ) {
        self.publicKeys = publicKeys
        self.certificates = certificates
        self.revocationLists = revocationLists
        var keysByInfo: [[UInt8]: PrivateKey] = [:]
        for key in keys { keysByInfo[key.publicKey.subjectPublicKeyInfo] = key }
        identities = certificates.compactMap { certificate in
            keysByInfo[certificate.publicKey.subjectPublicKeyInfo].map {
                Identity(certificate: certificate, key: $0)
            }
        }
        bareIdentities = publicKeys.compactMap { owned in
            keysByInfo[owned.key.subjectPublicKeyInfo].map {
                BareIdentity(owner: owned.owner, key: $0)
            }
        }
    }

    /// The keys that are of use: what they can prove is there.
    var usedKeys: [PrivateKey] { identities.map { $0.key } + bareIdentities.map { $0.key } }
}
