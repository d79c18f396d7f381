/// A place in a sequence of tokens, and what was found wrong on the way there.
package struct TokenCursor {
    package let source: Source
    /// The token that stands here.
    package private(set) var token: Lexeme
    private var lexer: Lexer
    private let masking: Masking
    private var found: [Diagnostic] = []
    package private(set) var errors = 0
    private var warnings = 0

    /// The most octets of a file: 100 000 rules fit, a disk image given by mistake does not.
    private static let sizeLimit = 4 << 20
    /// The most characters of a word that a message repeats.
    private static let quoteLimit = 64

    package init(_ source: Source, masking: Masking) {
        self.source = source
        self.masking = masking
        let isTooLarge = source.octets.count > Self.sizeLimit
        lexer = Lexer(isTooLarge ? [] : source.octets)
        token = Lexeme(kind: .end, content: 0..<0, location: .start)
        if isTooLarge {
            error(
                "file has \(source.octets.count) octets; expected at most \(Self.sizeLimit)",
                at: .start)
        } else if source.octets.starts(with: [0xFF, 0xFE])
            || source.octets.starts(with: [0xFE, 0xFF])
        {
            error("file is UTF-16; expected UTF-8", at: .start)
        } else {
            advance()
        }
    }

    // MARK: Moving

    /// Goes on to the next token.
    package mutating func advance(_ mode: Lexer.Mode = .words) {
        guard errors <= Diagnostics.limit else {
            token = Lexeme(kind: .end, content: 0..<0, location: token.location)
            return
        }
        token = lexer.next(mode)
        if !lexer.problems.isEmpty {
            for problem in lexer.takeProblems() { error(problem.message, at: problem.location) }
        }
    }

    /// Reads the token that stands here again, in another mode.
    package mutating func reread(_ mode: Lexer.Mode) {
        guard token.kind == .word else { return }
        lexer.rewind(to: token)
        advance(mode)
    }

    /// Past a group in braces, from its opening brace; whatever it holds.
    package mutating func skipGroup() {
        var depth = 0
        repeat {
            switch token.kind {
            case .leftBrace: depth += 1
            case .rightBrace: depth -= 1
            case .end: return
            default: break
            }
            advance()
        } while depth > 0
    }

    // MARK: Reading

    /// The text of the word that stands here.
    package var word: String { String(decoding: source.octets[token.content], as: UTF8.self) }

    /// Whether a word stands here that begins like a number.
    package var startsWithDigit: Bool {
        token.kind == .word && source.octets[token.content].first?.isDigit == true
    }

    /// The token as a message names it.
    package var description: String {
        switch token.kind {
        case .word: quoted
        case .string: masking.hidesText ? "string" : "string \(quoted)"
        case .leftBrace: "'{'"
        case .rightBrace: "'}'"
        case .leftParenthesis: "'('"
        case .rightParenthesis: "')'"
        case .equals: "'='"
        case .comma: "','"
        case .slash: "'/'"
        case .dash: "'-'"
        case .ellipsis: "'..'"
        case .end: "end of file"
        }
    }

    /// The word or string as a message repeats it: short, and without control characters.
    package var quoted: String {
        if masking.hidesText { return "word" }
        var text = "'"
        var count = 0
        for scalar in word.unicodeScalars {
            guard count < Self.quoteLimit else {
                text += "…"
                break
            }
            text.unicodeScalars.append(scalar.isSafeToPrint ? scalar : "\u{FFFD}")
            count += 1
        }
        return text + "'"
    }

    /// Takes a token of a kind.
    package mutating func expect(
        _ kind: Lexeme.Kind, _ expected: @autoclosure () -> String, then mode: Lexer.Mode = .words
    ) throws(Malformed) {
        guard token.kind == kind else { throw unexpected(expected()) }
        advance(mode)
    }

    /// Takes a string; the octets between its quotes, escapes resolved.
    package mutating func string(_ expected: @autoclosure () -> String) throws(Malformed) -> [UInt8]
    {
        guard token.kind == .string else { throw unexpected(expected()) }
        var octets: [UInt8] = []
        octets.reserveCapacity(token.content.count)
        StringEscapes.forEach(source.octets, in: token.content) { octets.append($0) }
        advance()
        return octets
    }

    /// Takes a number of C: decimal, 0x hexadecimal or 0 octal.
    package mutating func number(
        _ range: ClosedRange<UInt64>, _ expected: @autoclosure () -> String,
        then mode: Lexer.Mode = .words
    ) throws(Malformed) -> UInt64 {
        guard token.kind == .word else { throw unexpected(expected()) }
        let value: UInt64
        switch Number.parse(source.octets, in: token.content) {
        case .value(let number): value = number
        case .tooLarge:
            throw Malformed(
                "number \(quoted) is too large; expected \(expected())", at: token.location)
        case .notANumber:
            throw Malformed("\(quoted) is no number; expected \(expected())", at: token.location)
        }
        guard range.contains(value) else {
            throw Malformed("\(quoted) is out of range; expected \(expected())", at: token.location)
        }
        advance(mode)
        return value
    }

    /// Takes a word of a vocabulary.
    package mutating func meaning<Meaning>(
        in vocabulary: Vocabulary<Meaning>, _ expected: @autoclosure () -> String
    ) throws(Malformed) -> Meaning {
        guard token.kind == .word else { throw unexpected(expected()) }
        guard let meaning = vocabulary[word] else {
            throw Malformed(
                "unknown \(quoted); expected \(expected())"
                    + suggestion(vocabulary.nearest(to: word)), at: token.location)
        }
        advance()
        return meaning
    }

    /// What to say about a token that does not belong here.
    package func unexpected(_ expected: String) -> Malformed {
        Malformed("unexpected \(description); expected \(expected)", at: token.location)
    }

    /// The end of a message about a misspelt word.
    package func suggestion(_ word: String?) -> String {
        word.map { " (did you mean '\($0)'?)" } ?? ""
    }

    // MARK: Telling

    /// Tells an error; the same thing about the same place only once.
    package mutating func error(_ message: String, at location: SourceLocation) {
        guard errors <= Diagnostics.limit, !isKnown(message, at: location) else { return }
        errors += 1
        found.append(
            Diagnostic(.error, message, in: source, at: location, masking: masking))
    }

    /// Tells why a statement cannot be understood.
    package mutating func error(_ malformed: Malformed) {
        error(malformed.message, at: malformed.location)
    }

    /// Tells a warning; the same thing about the same place only once.
    package mutating func warning(_ message: String, at location: SourceLocation) {
        guard warnings <= Diagnostics.limit, !isKnown(message, at: location) else { return }
        warnings += 1
        found.append(
            Diagnostic(.warning, message, in: source, at: location, masking: masking))
    }

    private func isKnown(_ message: String, at location: SourceLocation) -> Bool {
        found.contains { $0.location.offset == location.offset && $0.message == message }
    }

    /// Hands over everything told, in the order of the source.
    package func deliver(into diagnostics: inout Diagnostics) {
        let order = found.indices.sorted { a, b in
            let (first, second) = (found[a].location.offset, found[b].location.offset)
            return first == second ? a < b : first < second
        }
        for index in order { diagnostics.add(found[index]) }
    }
}
