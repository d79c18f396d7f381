/// Reads ikev2.config(5): statements outside and within rules. What a rule must have, and what its
/// parts must be to each other, is looked at when all is read: globals may follow their use.
struct ConfigurationParser {
    /// The most rules: a hundred times what the largest gateways have.
    private static let ruleLimit = 100_000

    var cursor: TokenCursor
    private(set) var globals = RuleDraft(start: .start)
    private(set) var drafts: [RuleDraft] = []
    /// The lines of the labels so far.
    var labels: [String: Int] = [:]
    /// Where the algorithms stand so far.
    var algorithms = AlgorithmPlaces()

    init(_ source: Source) {
        cursor = TokenCursor(source, masking: .nothing)
    }

    /// Reads the whole file.
    mutating func parse() {
        var globals = RuleDraft(start: .start)
        defer { self.globals = globals }
        while true {
            switch cursor.token.kind {
            case .end: return
            case .leftBrace:
                guard drafts.count < Self.ruleLimit else {
                    cursor.error(
                        "too many rules; expected at most \(Self.ruleLimit)",
                        at: cursor.token.location)
                    drafts = []
                    return
                }
                drafts.append(rule())
            case .word: statement(in: .global, of: &globals)
            default:
                cursor.error(cursor.unexpected(Keyword.Scope.global.expected))
                cursor.advance()
                recover()
            }
        }
    }

    /// Reads one rule, from its opening brace.
    private mutating func rule() -> RuleDraft {
        var draft = RuleDraft(start: cursor.token.location)
        cursor.advance()
        draft.isClosed = block(.rule, from: draft.start) { parser in
            parser.statement(in: .rule, of: &draft)
        }
        return draft
    }

    /// Reads statements up to the closing brace; `false` when there is none.
    mutating func block(
        _ scope: Keyword.Scope, from start: SourceLocation,
        _ statement: (inout ConfigurationParser) -> Void
    ) -> Bool {
        while true {
            switch cursor.token.kind {
            case .rightBrace:
                cursor.advance()
                return true
            case .end:
                cursor.error("'{' is never closed; expected '}'", at: start)
                return false
            case .leftBrace:
                cursor.error(cursor.unexpected("'}' before it"))
                return false
            case .word: statement(&self)
            default:
                cursor.error(cursor.unexpected(scope.expected))
                cursor.advance()
                recover()
            }
        }
    }

    /// Reads a keyword and its value.
    private mutating func statement(in scope: Keyword.Scope, of draft: inout RuleDraft) {
        guard let keyword = keyword(in: scope, noting: &draft.places) else { return }
        let start = cursor.token.location
        cursor.advance(keyword.valueMode)
        draft.places.note(keyword, at: cursor.token.location)
        do throws(Malformed) {
            try value(of: keyword, into: &draft, from: start)
        } catch {
            cursor.error(error)
            recover()
        }
    }

    /// The keyword that stands here; `nil`, after a message and past its value, when none may. A
    /// misspelt keyword is remembered, so that nobody is told that it is missing as well.
    mutating func keyword(
        in scope: Keyword.Scope, noting places: inout Places
    ) -> Keyword? {
        let word = cursor.word
        let location = cursor.token.location
        if let keyword = Keyword.vocabulary[word] {
            if !keyword.scope.contains(scope) {
                cursor.error(
                    "misplaced \(cursor.quoted); expected it \(keyword.scope.place)", at: location)
            } else if !keyword.isRepeatable, let first = places[keyword] {
                cursor.error(
                    "duplicate \(cursor.quoted); expected it once (first on line \(first.line))",
                    at: location)
            } else {
                return keyword
            }
        } else if let successor = RetiredKeywords.vocabulary[word] {
            cursor.error("\(cursor.quoted) is an IKEv1 keyword; use \(successor)", at: location)
        } else {
            let nearest = Keyword.vocabulary.nearest(to: word) { $0.scope.contains(scope) }
            cursor.error(
                "unknown keyword \(cursor.quoted); expected \(scope.expected)"
                    + cursor.suggestion(nearest), at: location)
            if let keyword = nearest.flatMap({ Keyword.vocabulary[$0] }) {
                places.guess(keyword)
            }
        }
        cursor.advance()
        if cursor.token.kind == .leftBrace {
            cursor.skipGroup()
        } else {
            recover()
        }
        return nil
    }

    /// Goes on to the next keyword or brace.
    mutating func recover() {
        while true {
            switch cursor.token.kind {
            case .end, .leftBrace, .rightBrace: return
            case .word:
                let word = cursor.word
                if Keyword.vocabulary[word] != nil || RetiredKeywords.vocabulary[word] != nil {
                    return
                }
                cursor.advance()
            default: cursor.advance()
            }
        }
    }

    /// Warns of a weak algorithm, by the word that names it.
    mutating func warnOfWeakness(_ what: String, at location: SourceLocation) {
        cursor.warning("\(what) is weak (RFC 8247)", at: location)
    }
}
