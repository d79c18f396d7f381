/// A lexeme, or token, of ikev2.config(5), ikev2.preshared(5) or ipsecinit.conf(5).
package struct Lexeme {
    /// What kinds there are.
    package enum Kind: Hashable {
        case word, string
        case leftBrace, rightBrace, leftParenthesis, rightParenthesis
        case equals, comma, slash, dash, ellipsis
        case end
    }

    package let kind: Kind
    /// The octets of a word; of a string those between the quotes, escapes included.
    package let content: Range<Int>
    package let location: SourceLocation
}
