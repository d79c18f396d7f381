/// Why octets are no document that is read.
public struct XMLProblem: Error, Equatable, Sendable {
    /// What is wrong, and what was expected.
    public let message: String
    /// Where, as offsets into the octets.
    public let range: Range<Int>
}
