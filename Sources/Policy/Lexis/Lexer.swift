/// Cuts a source into tokens.
///
/// White space and comments separate them; `#` and `//` start a comment unless quoted.
package struct Lexer {
    /// What ends a word besides white space and punctuation.
    package enum Mode {
        /// Words may hold dashes and dots: `aes-gcm`, `10.0.0.1`.
        case words
        /// `-` and `..` are tokens of their own: `10.0.0.1-10.0.0.9`, `128..256`.
        case ranges
    }

    private let octets: [UInt8]
    private var offset = 0
    private var line = 1
    private var column = 1
    private var endOfLastToken = SourceLocation.start
    /// What was found between the tokens and in strings, until someone takes it.
    private(set) var problems: [LexicalProblem] = []

    /// The byte order mark of UTF-8.
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    init(_ octets: [UInt8]) {
        self.octets = octets
        if octets.starts(with: Self.byteOrderMark) {
            problems.append(
                LexicalProblem(
                    message: "byte order mark; expected UTF-8 without one", location: .start))
            offset = Self.byteOrderMark.count
        }
    }

    mutating func takeProblems() -> [LexicalProblem] {
        defer { problems = [] }
        return problems
    }

    /// Goes back to the start of a token, to read it again in the other mode.
    mutating func rewind(to token: Lexeme) {
        offset = token.location.offset
        line = token.location.line
        column = token.location.column
    }

    mutating func next(_ mode: Mode) -> Lexeme {
        skipBlanks()
        guard offset < octets.count else {
            return Lexeme(kind: .end, content: offset..<offset, location: endOfLastToken)
        }
        let start = mark()
        let kind: Lexeme.Kind
        var content = offset..<offset
        switch octets[offset] {
        case UInt8(ascii: "{"): kind = .leftBrace
        case UInt8(ascii: "}"): kind = .rightBrace
        case UInt8(ascii: "("): kind = .leftParenthesis
        case UInt8(ascii: ")"): kind = .rightParenthesis
        case UInt8(ascii: "="): kind = .equals
        case UInt8(ascii: ","): kind = .comma
        case .slash: kind = .slash
        case .dash where mode == .ranges: kind = .dash
        case .dot where mode == .ranges && startsEllipsis(offset): kind = .ellipsis
        case .quote:
            kind = .string
            content = skipString(from: start)
        default:
            kind = .word
            while offset < octets.count, isWord(offset, mode) { advance() }
            content = start.offset..<offset
        }
        if kind != .word, kind != .string {
            advance()
            if kind == .ellipsis { advance() }
        }
        endOfLastToken = mark()
        return Lexeme(kind: kind, content: content, location: location(from: start))
    }

    // MARK: Positions

    private func mark() -> SourceLocation {
        SourceLocation(line: line, column: column, length: 1, offset: offset)
    }

    /// From a mark to here; both on one line.
    private func location(from start: SourceLocation) -> SourceLocation {
        SourceLocation(
            line: start.line, column: start.column, length: column - start.column,
            offset: start.offset)
    }

    /// Past one octet that does not end a line.
    private mutating func advance() {
        offset += 1
        // A character ends where the next does not continue it.
        if offset >= octets.count || !octets[offset].isUTF8Continuation { column += 1 }
    }

    private mutating func advanceLine() {
        offset += 1
        line += 1
        column = 1
    }

    // MARK: Between tokens

    private mutating func skipBlanks() {
        while offset < octets.count {
            switch octets[offset] {
            case .space, .tab: advance()
            case .lineFeed: advanceLine()
            case .carriageReturn where isLineEnd(offset): advance()
            case .hash: skipComment()
            case .slash where offset + 1 < octets.count && octets[offset + 1] == .slash:
                skipComment()
            case let octet where octet.isControl: skipControls()
            default: return
            }
        }
    }

    private mutating func skipComment() {
        while offset < octets.count, !isLineEnd(offset) {
            if octets[offset].isControl, octets[offset] != .tab {
                skipControls()
            } else {
                advance()
            }
        }
    }

    /// Past control characters that stand together; one problem, however many.
    private mutating func skipControls() {
        let start = mark()
        let code = octets[offset]
        while offset < octets.count, octets[offset].isControl, octets[offset] != .tab,
            !isLineEnd(offset)
        {
            advance()
        }
        let digits = String(code, radix: 16)
        problems.append(
            LexicalProblem(
                message:
                    "control character 0x\(code < 16 ? "0" : "")\(digits); expected text",
                location: location(from: start)))
    }

    // MARK: Within tokens

    private func isLineEnd(_ index: Int) -> Bool {
        if octets[index] == .carriageReturn {
            return index + 1 < octets.count && octets[index + 1] == .lineFeed
        }
        return octets[index] == .lineFeed
    }

    private func startsEllipsis(_ index: Int) -> Bool {
        octets[index] == .dot && index + 1 < octets.count && octets[index + 1] == .dot
    }

    private func isWord(_ index: Int, _ mode: Mode) -> Bool {
        switch octets[index] {
        case .space, .quote, .hash, .slash, UInt8(ascii: "{"), UInt8(ascii: "}"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "="), UInt8(ascii: ","):
            false
        case .dash: mode == .words
        case .dot: mode == .words || !startsEllipsis(index)
        case let octet: !octet.isControl
        }
    }

    /// Past a string, from its opening quote; the octets between the quotes.
    private mutating func skipString(from start: SourceLocation) -> Range<Int> {
        advance()
        let first = offset
        while offset < octets.count, !isLineEnd(offset) {
            switch octets[offset] {
            case .quote:
                let content = first..<offset
                advance()
                if String(validating: octets[content], as: UTF8.self) == nil {
                    problems.append(
                        LexicalProblem(
                            message: "string is not UTF-8; expected UTF-8",
                            location: location(from: start)))
                }
                return content
            case .backslash:
                advance()
                if offset < octets.count, octets[offset] == .quote || octets[offset] == .backslash {
                    advance()
                }
            case let octet where octet.isControl && octet != .tab: skipControls()
            default: advance()
            }
        }
        problems.append(
            LexicalProblem(
                message: "string has no end; expected '\"' on the same line",
                location: location(from: start)))
        return first..<offset
    }
}
