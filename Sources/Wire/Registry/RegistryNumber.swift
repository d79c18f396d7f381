/// A number that IANA assigns ("Internet Key Exchange Version 2 (IKEv2) Parameters"), with its name.
///
/// Every value of the field can be represented: peers send numbers that were assigned after this
/// was written, and private ones.
public protocol RegistryNumber: Hashable, Sendable, CustomStringConvertible {
    /// The width of the field.
    associatedtype RawValue: FixedWidthInteger & UnsignedInteger & Sendable

    /// The number on the wire.
    var rawValue: RawValue { get }

    /// Any number, assigned or not.
    init(rawValue: RawValue)

    /// The name in the registry; for numbers without one, a prefix and the number: `NOTIFY_16500`.
    var name: String { get }
}

extension RegistryNumber {
    /// The name.
    public var description: String { name }
}
