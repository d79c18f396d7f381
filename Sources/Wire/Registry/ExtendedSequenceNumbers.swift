/// Transform type 5 (RFC 7296 §3.3.2; IANA "Sequence Numbers Transform IDs").
public struct ExtendedSequenceNumbers: RegistryNumber {
    /// The number on the wire.
    public let rawValue: UInt16

    /// Any number, assigned or not.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// 32-bit sequence numbers.
    public static let no = ExtendedSequenceNumbers(rawValue: 0)
    /// 64-bit sequence numbers, of which ESP and AH carry the low half.
    public static let yes = ExtendedSequenceNumbers(rawValue: 1)
    /// 32-bit numbers without an order (RFC 9838).
    public static let unspecified = ExtendedSequenceNumbers(rawValue: 2)

    /// The name.
    public var name: String {
        switch self {
        case .no: "ESN_NO"
        case .yes: "ESN_YES"
        case .unspecified: "ESN_UNSPECIFIED"
        default: "ESN_\(rawValue)"
        }
    }
}
