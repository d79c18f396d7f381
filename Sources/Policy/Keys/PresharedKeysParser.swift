import Crypto

/// Reads ikev2.preshared(5). Keys go from the octets of the file straight into secrets; no message
/// repeats what might be part of one.
struct PresharedKeysParser {
    private static let expectedKeyword = "label, key, local_key, remote_key or '}'"
    private static let expectedKey = "hexadecimal digits or a quoted ASCII string"

    private(set) var cursor: TokenCursor
    private(set) var keys = PresharedKeys()

    /// What was read of one entry.
    private struct Draft {
        var labels: [(text: String, location: SourceLocation)] = []
        var keys: [(keyword: KeyKeyword, location: SourceLocation)] = []
        var local: Secret?
        var remote: Secret?
        /// Whether every statement was understood; else what is missing may be in the others.
        var isLegible = true
    }

    init(_ source: Source) {
        cursor = TokenCursor(source, masking: .keys)
    }

    /// Reads the whole file.
    mutating func parse() {
        while cursor.token.kind != .end {
            if cursor.token.kind == .leftBrace {
                entry()
            } else {
                cursor.error(cursor.unexpected("'{'"))
                while cursor.token.kind != .end, cursor.token.kind != .leftBrace {
                    cursor.advance()
                }
            }
        }
    }

    private mutating func entry() {
        let start = cursor.token.location
        var draft = Draft()
        cursor.advance()
        while true {
            switch cursor.token.kind {
            case .rightBrace:
                cursor.advance()
                finish(draft, from: start)
                return
            case .end:
                cursor.error("'{' is never closed; expected '}'", at: start)
                return
            case .leftBrace:
                cursor.error(cursor.unexpected("'}' before it"))
                return
            case .word: statement(of: &draft)
            default:
                cursor.error(cursor.unexpected(Self.expectedKeyword))
                cursor.advance()
                recover()
            }
        }
    }

    private mutating func statement(of draft: inout Draft) {
        let location = cursor.token.location
        let word = cursor.word
        cursor.advance()
        guard let keyword = KeyKeyword.vocabulary[word] else {
            cursor.error(
                "unknown keyword; expected \(Self.expectedKeyword)"
                    + cursor.suggestion(KeyKeyword.vocabulary.nearest(to: word)), at: location)
            draft.isLegible = false
            recover()
            return
        }
        do throws(Malformed) {
            if case .label = keyword {
                try label(of: &draft)
            } else {
                let isWelcome = noteKey(keyword, at: location, in: &draft)
                let secret = try key()
                guard isWelcome else { return }
                if keyword != .remoteKey { draft.local = secret }
                if keyword != .localKey { draft.remote = secret }
            }
        } catch {
            cursor.error(error)
            draft.isLegible = false
            recover()
        }
    }

    private mutating func label(of draft: inout Draft) throws(Malformed) {
        let location = cursor.token.location
        let text = String(decoding: try cursor.string("a quoted label"), as: UTF8.self)
        draft.labels.append((text, location))
        if text.isEmpty { cursor.error("label is empty; expected that of a rule", at: location) }
    }

    /// Remembers a key; `false`, after a message, when the others leave no room for it.
    private mutating func noteKey(
        _ keyword: KeyKeyword, at location: SourceLocation, in draft: inout Draft
    ) -> Bool {
        let clash = draft.keys.first {
            $0.keyword == keyword || $0.keyword == .key || keyword == .key
        }
        draft.keys.append((keyword, location))
        guard let clash else { return true }
        if clash.keyword == keyword {
            cursor.error(
                "duplicate '\(keyword.name)'; expected it once (first on line "
                    + "\(clash.location.line))", at: location)
        } else {
            cursor.error(
                "'\(keyword.name)' beside '\(clash.keyword.name)'; expected either key, or "
                    + "local_key and remote_key", at: location)
        }
        return false
    }

    /// Takes a key: hexadecimal, or a string.
    private mutating func key() throws(Malformed) -> Secret {
        let location = cursor.token.location
        let octets = cursor.source.octets
        let content = cursor.token.content
        let secret: Secret
        switch cursor.token.kind {
        case .word: secret = try Self.hexadecimal(octets, content, at: location)
        case .string: secret = try Self.text(octets, content, at: location)
        default: throw cursor.unexpected(Self.expectedKey)
        }
        cursor.advance()
        return secret
    }

    private static func hexadecimal(
        _ octets: [UInt8], _ content: Range<Int>, at location: SourceLocation
    ) throws(Malformed) -> Secret {
        var digits = octets[content]
        if digits.starts(with: [0x30, 0x78]) || digits.starts(with: [0x30, 0x58]) {
            digits = digits.dropFirst(2)
        }
        guard digits.allSatisfy({ $0.hexDigitValue != nil }) else {
            throw Malformed("key is not hexadecimal; expected \(expectedKey)", at: location)
        }
        guard !digits.isEmpty else {
            throw Malformed("key is empty; expected \(expectedKey)", at: location)
        }
        guard digits.count % 2 == 0 else {
            throw Malformed(
                "key has an odd number of digits; expected two for each octet", at: location)
        }
        let start = digits.startIndex
        return try secret(count: digits.count / 2, at: location) { index in
            let high = digits[start + 2 * index].hexDigitValue ?? 0
            let low = digits[start + 2 * index + 1].hexDigitValue ?? 0
            return high << 4 | low
        }
    }

    private static func text(
        _ octets: [UInt8], _ content: Range<Int>, at location: SourceLocation
    ) throws(Malformed) -> Secret {
        guard !content.isEmpty else {
            throw Malformed("key is empty; expected \(expectedKey)", at: location)
        }
        guard octets[content].allSatisfy({ $0 < 0x80 }) else {
            throw Malformed("key is not ASCII; expected \(expectedKey)", at: location)
        }
        var count = 0
        StringEscapes.forEach(octets, in: content) { _ in count += 1 }
        var cursor = content.lowerBound
        return try secret(count: count, at: location) { _ in
            StringEscapes.next(octets, &cursor, content.upperBound)
        }
    }

    /// Fills a secret octet by octet, so that no copy of it stays behind.
    private static func secret(
        count: Int, at location: SourceLocation, _ octet: (Int) -> UInt8
    ) throws(Malformed) -> Secret {
        do throws(CryptoError) {
            return try unsafe Secret(count: count) { room in
                for index in room.indices { unsafe room[index] = octet(index) }
            }
        } catch {
            throw Malformed("no room for the key: \(error.description)", at: location)
        }
    }

    private mutating func finish(_ draft: Draft, from start: SourceLocation) {
        if draft.labels.isEmpty, draft.isLegible {
            cursor.error("entry without label; expected label \"…\" in it", at: start)
        }
        if draft.keys.isEmpty, draft.isLegible {
            cursor.error(
                "entry without key; expected key, local_key or remote_key in it", at: start)
        }
        let key = PresharedKey(local: draft.local, remote: draft.remote)
        for (text, location) in draft.labels {
            if let earlier = keys.location(of: text) {
                cursor.error(
                    "label has a key on line \(earlier.line); expected one key for a rule",
                    at: location)
            } else {
                keys.add(key, label: text, location: location)
            }
        }
    }

    /// Goes on to the next keyword or brace.
    private mutating func recover() {
        while true {
            switch cursor.token.kind {
            case .end, .leftBrace, .rightBrace: return
            case .word where KeyKeyword.vocabulary[cursor.word] != nil: return
            default: cursor.advance()
            }
        }
    }
}
