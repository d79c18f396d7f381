/// Why a certificate was revoked (RFC 5280 §5.3.1).
public struct RevocationReason: Hashable, Sendable {
    /// The number in the list.
    public let rawValue: Int

    /// Any number, assigned or not.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// None was given.
    public static let unspecified = RevocationReason(rawValue: 0)

    /// The name in the RFC.
    public var name: String {
        switch rawValue {
        case 0: "unspecified"
        case 1: "keyCompromise"
        case 2: "cACompromise"
        case 3: "affiliationChanged"
        case 4: "superseded"
        case 5: "cessationOfOperation"
        case 6: "certificateHold"
        case 8: "removeFromCRL"
        case 9: "privilegeWithdrawn"
        case 10: "aACompromise"
        default: "reason \(rawValue)"
        }
    }
}
