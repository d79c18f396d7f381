/// A curve that ECDSA keys lie on.
public enum EllipticCurve: CaseIterable, Hashable, Sendable {
    /// The curves of FIPS 186-4.
    case p256, p384, p521
    /// The curves of RFC 5639.
    case brainpool256, brainpool384, brainpool512

    /// The curve that libcrypto calls so.
    init?(libcryptoName: String) {
        switch libcryptoName {
        case "prime256v1", "P-256": self = .p256
        case "secp384r1", "P-384": self = .p384
        case "secp521r1", "P-521": self = .p521
        case "brainpoolP256r1": self = .brainpool256
        case "brainpoolP384r1": self = .brainpool384
        case "brainpoolP512r1": self = .brainpool512
        default: return nil
        }
    }

    /// Octets of a number below the curve's order: each half of a signature (RFC 4754 §7).
    var orderLength: Int {
        switch self {
        case .p256, .brainpool256: 32
        case .p384, .brainpool384: 48
        case .brainpool512: 64
        case .p521: 66
        }
    }

    /// The name people use.
    public var name: String {
        switch self {
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        case .brainpool256: "brainpoolP256r1"
        case .brainpool384: "brainpoolP384r1"
        case .brainpool512: "brainpoolP512r1"
        }
    }
}
