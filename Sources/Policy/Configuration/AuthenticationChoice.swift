import Crypto

/// How one side proves its identity (RFC 7296 §2.15), as `auth_method` names it.
public enum AuthenticationChoice: Hashable, Sendable {
    /// A key that both sides know.
    case preshared
    /// Any signature that the key of the certificate can make.
    case certificate
    /// An RSA signature.
    case rsaSignature
    /// A DSA signature.
    case dssSignature
    /// An ECDSA signature.
    case ecdsaSignature
    /// An Ed25519 or Ed448 signature (RFC 8420).
    case eddsaSignature

    /// Whether a signature of this kind is meant.
    public func allows(_ family: SignatureFamily) -> Bool {
        switch self {
        case .preshared: false
        case .certificate: true
        case .rsaSignature: family == .rsa
        case .dssSignature: family == .dss
        case .ecdsaSignature: family == .ecdsa
        case .eddsaSignature: family == .eddsa
        }
    }

    /// The word of ikev2.config(5).
    public var name: String {
        switch self {
        case .preshared: "preshared"
        case .certificate: "cert"
        case .rsaSignature: "rsa_sig"
        case .dssSignature: "dss_sig"
        case .ecdsaSignature: "ecdsa_sig"
        case .eddsaSignature: "eddsa_sig"
        }
    }
}

extension AuthenticationChoice: CustomStringConvertible {
    /// The word of ikev2.config(5).
    public var description: String { name }
}
