/// A part of a ``Secret``, such as one of the keys that one derivation gives, without a copy.
public struct SecretSlice: Sendable {
    private let secret: Secret
    private let range: Range<Int>

    /// The part of the range that lies within the secret; empty when none does.
    init(_ secret: Secret, _ range: Range<Int>) {
        self.secret = secret
        self.range = range.clamped(to: 0..<secret.count)
    }

    /// Number of octets.
    public var count: Int { range.count }

    /// A part of this part; octets past its end are left out.
    public func slice(_ part: Range<Int>) -> SecretSlice {
        let inside = part.clamped(to: 0..<count)
        return SecretSlice(
            secret, range.lowerBound + inside.lowerBound..<range.lowerBound + inside.upperBound)
    }

    /// Lends the octets for the duration of the call; the pointer must not outlive it.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try secret.withUnsafeBytes { (all: UnsafeRawBufferPointer) throws(Failure) in
            try body(UnsafeRawBufferPointer(rebasing: all[range]))
        }
    }

    /// The octets in ordinary memory, which nobody erases: only for what leaves the process anyway,
    /// towards the wire or the kernel.
    public func revealed() -> [UInt8] {
        withUnsafeBytes { [UInt8]($0) }
    }
}
