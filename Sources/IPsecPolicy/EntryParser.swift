import IPsec
import Policy

/// Reads ipsecinit.conf(5): a pattern, an action and its properties, over and over.
struct EntryParser {
    /// The most entries: their numbers are part of the kernel's priorities.
    static let entryLimit = 100_000
    /// The most ways to protect the same packets: what an IKE proposal has room for several times.
    static let alternativeLimit = 16

    var cursor: TokenCursor
    private(set) var entries: [PlacedEntry] = []
    /// Where the algorithm read last stands.
    var lastAlgorithm = SourceLocation.start

    init(_ source: Source) {
        cursor = TokenCursor(source, masking: .nothing)
    }

    /// Reads the whole file.
    mutating func parse() {
        while cursor.token.kind != .end {
            if cursor.token.kind == .leftBrace {
                guard entries.count < Self.entryLimit else {
                    cursor.error(
                        "too many entries; expected at most \(Self.entryLimit)",
                        at: cursor.token.location)
                    return
                }
                if !entry() { recover() }
            } else {
                cursor.error(cursor.unexpected("'{' and a pattern"))
                recover()
            }
        }
    }

    /// Goes on to what may be the next entry.
    private mutating func recover() {
        while cursor.token.kind != .end, cursor.token.kind != .leftBrace { cursor.advance() }
    }

    /// Reads one entry; `false`, after a message, where its end was not found.
    private mutating func entry() -> Bool {
        var draft = EntryDraft(start: cursor.token.location)
        guard
            block({ parser in
                parser.statement(of: &draft, in: Keyword.pattern, "a keyword of the pattern or '}'")
                { parser, keyword, draft throws(Malformed) in
                    try parser.patternValue(of: keyword, into: &draft)
                }
            })
        else { return false }
        guard let action = actions(of: &draft) else { return false }
        if draft.isLegible, let entry = finish(draft, action) {
            entries.append(PlacedEntry(entry: entry, start: draft.start, places: draft.places))
        }
        return true
    }

    /// Reads statements between braces; `false` when there is no end to them.
    mutating func block(_ statement: (inout EntryParser) -> Void) -> Bool {
        let start = cursor.token.location
        do throws(Malformed) { try cursor.expect(.leftBrace, "'{'") } catch {
            cursor.error(error)
            return false
        }
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
            default: statement(&self)
            }
        }
    }

    /// Reads a keyword and its value.
    mutating func statement(
        of draft: inout EntryDraft, in vocabulary: Vocabulary<Keyword>, _ expected: String,
        _ value: (inout EntryParser, Keyword, inout EntryDraft) throws(Malformed) -> Void
    ) {
        guard cursor.token.kind == .word, let keyword = vocabulary[cursor.word] else {
            tellUnknown(in: vocabulary, expected)
            draft.isLegible = false
            cursor.advance()
            recover(to: vocabulary)
            return
        }
        let location = cursor.token.location
        if let first = draft.places[keyword] {
            cursor.error(
                "duplicate \(cursor.quoted); expected it once (first on line \(first.line))",
                at: location)
            draft.isLegible = false
            cursor.advance()
            recover(to: vocabulary)
            return
        }
        cursor.advance(keyword.hasRanges ? .ranges : .words)
        draft.places[keyword] = cursor.token.location
        do throws(Malformed) {
            try value(&self, keyword, &draft)
        } catch {
            cursor.error(error)
            draft.isLegible = false
            recover(to: vocabulary)
        }
    }

    private mutating func tellUnknown(in vocabulary: Vocabulary<Keyword>, _ expected: String) {
        guard cursor.token.kind == .word else {
            cursor.error(cursor.unexpected(expected))
            return
        }
        let word = cursor.word
        if Keyword.pattern[word] != nil || Keyword.properties[word] != nil {
            let place = Keyword.pattern[word] != nil ? "pattern" : "properties behind the action"
            cursor.error(
                "misplaced \(cursor.quoted); expected it in the \(place)", at: cursor.token.location
            )
        } else {
            cursor.error(
                "unknown keyword \(cursor.quoted); expected \(expected)"
                    + cursor.suggestion(vocabulary.nearest(to: word)), at: cursor.token.location)
        }
    }

    /// Goes on to the next keyword or brace.
    private mutating func recover(to vocabulary: Vocabulary<Keyword>) {
        while true {
            switch cursor.token.kind {
            case .end, .leftBrace, .rightBrace: return
            case .word where vocabulary[cursor.word] != nil: return
            default: cursor.advance()
            }
        }
    }
}
