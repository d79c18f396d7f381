/// Octets that belong to no token.
struct LexicalProblem {
    let message: String
    let location: SourceLocation
}
