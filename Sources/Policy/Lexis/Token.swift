/// A token of ikev2.config(5) or ikev2.preshared(5).
struct Token {
    /// What kinds there are.
    enum Kind: Hashable {
        case word, string
        case leftBrace, rightBrace, leftParenthesis, rightParenthesis
        case equals, comma, slash, dash, ellipsis
        case end
    }

    let kind: Kind
    /// The octets of a word; of a string those between the quotes, escapes included.
    let content: Range<Int>
    let location: SourceLocation
}
