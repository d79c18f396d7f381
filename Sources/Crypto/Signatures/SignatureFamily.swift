/// The kind of signature that a key makes, as the configuration's `auth_method` tells them apart.
public enum SignatureFamily: CaseIterable, Hashable, Sendable {
    case rsa, dss, ecdsa, eddsa

    /// The word of ikev2.config(5).
    public var name: String {
        switch self {
        case .rsa: "rsa_sig"
        case .dss: "dss_sig"
        case .ecdsa: "ecdsa_sig"
        case .eddsa: "eddsa_sig"
        }
    }
}
