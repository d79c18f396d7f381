/// What came of a fetch.
public enum Fetched: Sendable {
    /// The octets that were answered; anybody on the way may have made them.
    case octets([UInt8])
    /// Nothing, and why.
    case failed(String)
    /// It was not tried, and why.
    case untried(String)
}
