/// A piece of what a pseudorandom function is computed over: public, as a nonce is, or secret.
public enum Octets: Sendable {
    /// Octets anybody may see.
    case open([UInt8])
    /// Octets that stay in the block where they are erased.
    case secret(SecretSlice)

    /// Number of octets.
    public var count: Int {
        switch self {
        case .open(let octets): octets.count
        case .secret(let slice): slice.count
        }
    }

    /// Lends the octets for the duration of the call.
    func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch self {
        case .open(let octets):
            try octets.span.withUnsafeBytes(body)
        case .secret(let slice):
            try slice.withUnsafeBytes(body)
        }
    }
}
