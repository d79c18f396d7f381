import Policy
import Wire

extension EntryParser {
    /// What was read behind the pattern.
    struct ActionsDraft {
        let word: ActionWord
        let location: SourceLocation
        var protections: [Protection] = []
        var sharing: Entry.Sharing?
        /// Where what passes in clear stands, if anything does.
        var bypass: SourceLocation?
    }

    /// Reads the action, its properties, and those of its alternatives.
    mutating func actions(of draft: inout EntryDraft) -> ActionsDraft? {
        guard let word = actionWord() else { return nil }
        var actions = ActionsDraft(word: word, location: cursor.token.location)
        cursor.advance()
        guard properties(word, of: &draft, into: &actions) else { return nil }
        while cursor.token.kind == .word, cursor.word == "or" {
            let place = cursor.token.location
            cursor.advance()
            guard let next = actionWord() else { return nil }
            if let complaint = Self.complaint(about: next, in: actions) {
                cursor.error(complaint, at: place)
                draft.isLegible = false
            }
            if next == .bypass { actions.bypass = cursor.token.location }
            cursor.advance()
            guard properties(next, of: &draft, into: &actions) else { return nil }
        }
        return actions
    }

    private static func complaint(about next: ActionWord, in actions: ActionsDraft) -> String? {
        if actions.word != .ipsec {
            return "'or' behind another action than ipsec; expected the next entry"
        }
        if actions.bypass != nil {
            return "'or' behind what lets everything pass; expected its end"
        }
        if actions.protections.count >= alternativeLimit, next == .ipsec {
            return "too many alternatives; expected at most \(alternativeLimit)"
        }
        return next == .ipsec || next == .bypass
            ? nil : "no alternative to ipsec; expected ipsec, bypass or pass"
    }

    /// The word that stands here; `nil`, after a message and past the properties, when it is none.
    private mutating func actionWord() -> ActionWord? {
        if cursor.token.kind == .word, let word = ActionWord.vocabulary[cursor.word] {
            return word
        }
        if cursor.token.kind == .word {
            cursor.error(
                "unknown action \(cursor.quoted); expected \(ActionWord.expected)"
                    + cursor.suggestion(ActionWord.vocabulary.nearest(to: cursor.word)),
                at: cursor.token.location)
            cursor.advance()
        } else {
            cursor.error(cursor.unexpected(ActionWord.expected))
        }
        if cursor.token.kind == .leftBrace { cursor.skipGroup() }
        return nil
    }

    /// What was read between one pair of braces.
    private struct Properties {
        var cipher: (name: Protection.Cipher, bits: Protection.KeyBits)?
        var integrity: Protection.Integrity?
        var authentication: Protection.Integrity?
        var sharing: Entry.Sharing?
    }

    private mutating func properties(
        _ word: ActionWord, of draft: inout EntryDraft, into actions: inout ActionsDraft
    ) -> Bool {
        let start = cursor.token.location
        let direction = draft.places.removeValue(forKey: .direction)
        var scope = EntryDraft(start: start)
        scope.direction = draft.direction
        scope.places[.direction] = direction
        var properties = Properties()
        let isClosed = block { parser in
            parser.statement(
                of: &scope, in: Keyword.properties,
                "encr_algs, encr_auth_algs, auth_algs, sa or '}'"
            ) { parser, keyword, scope throws(Malformed) in
                try parser.property(keyword, of: word, into: &properties, &scope)
            }
        }
        draft.direction = scope.direction
        draft.places[.direction] = scope.places[.direction]
        for (keyword, place) in scope.places where draft.places[keyword] == nil {
            draft.places[keyword] = place
        }
        draft.isLegible = draft.isLegible && scope.isLegible
        guard isClosed else { return false }
        guard word != .bypass, word != .drop, scope.isLegible else { return true }
        do throws(Malformed) {
            let protection = try protection(properties, scope, at: start)
            if let first = actions.protections.first, first.protocolID != protection.protocolID {
                throw Malformed(
                    "AH and ESP as alternatives; the kernel asks for one of them, expected "
                        + first.protocolID.name, at: start)
            }
            actions.protections.append(protection)
            if let sharing = properties.sharing {
                if let other = actions.sharing, other != sharing {
                    throw Malformed(
                        "'sa' differs from that of the alternatives; expected "
                            + other.rawValue, at: scope.places[.sharing] ?? start)
                }
                actions.sharing = sharing
            }
        } catch {
            cursor.error(error)
            draft.isLegible = false
        }
        return true
    }

    private mutating func property(
        _ keyword: Keyword, of word: ActionWord, into properties: inout Properties,
        _ scope: inout EntryDraft
    ) throws(Malformed) {
        if keyword == .direction {
            guard word != .ipsec else {
                throw Malformed(
                    "misplaced 'dir'; expected it in the pattern", at: cursor.token.location)
            }
            scope.direction = try direction()
            return
        }
        guard word != .bypass, word != .drop else {
            throw Malformed(
                "nothing is protected here; expected '}'", at: cursor.token.location)
        }
        switch keyword {
        case .encryption: properties.cipher = try cipher()
        case .encryptionAuthentication: properties.integrity = try integrity()
        case .authentication: properties.authentication = try integrity()
        case .sharing:
            properties.sharing = try cursor.meaning(
                in: Vocabulary([("shared", Entry.Sharing.shared), ("unique", .unique)]),
                "shared or unique")
        default: break
        }
    }

    private func protection(
        _ properties: Properties, _ scope: EntryDraft, at start: SourceLocation
    ) throws(Malformed) -> Protection {
        if let authentication = properties.authentication {
            guard properties.cipher == nil, properties.integrity == nil else {
                throw Malformed(
                    "AH beside ESP; IKE negotiates one of them, expected auth_algs alone or none",
                    at: scope.places[.authentication] ?? start)
            }
            return .ah(authentication)
        }
        guard let (cipher, bits) = properties.cipher else {
            guard let integrity = properties.integrity else {
                throw Malformed(
                    "ipsec without algorithms; expected encr_algs, encr_auth_algs or auth_algs",
                    at: start)
            }
            return .esp(.null, integrity)
        }
        if cipher.isAEAD, let integrity = properties.integrity, integrity != .any {
            throw Malformed(
                "encr_auth_algs beside a cipher that authenticates by itself; expected none",
                at: scope.places[.encryptionAuthentication] ?? start)
        }
        if cipher == .null, properties.integrity == nil {
            throw Malformed(
                "neither encryption nor authentication; expected encr_auth_algs",
                at: scope.places[.encryption] ?? start)
        }
        let protection = Protection.esp(
            cipher, keyBits: bits, cipher.isAEAD ? nil : properties.integrity)
        guard !protection.transforms.isEmpty else {
            throw Malformed(
                "nothing that encr_auth_algs goes with has such keys; expected other key lengths",
                at: scope.places[.encryption] ?? start)
        }
        return protection
    }

    // MARK: Algorithms

    private mutating func cipher() throws(Malformed) -> (Protection.Cipher, Protection.KeyBits) {
        let cipher = try algorithm(AlgorithmWords.ciphers, AlgorithmWords.expectedCiphers)
        if cipher == .tripleDES {
            cursor.warning("'3des' is weak (RFC 8221)", at: lastAlgorithm)
        }
        let place = cursor.token.location
        guard let bits = try keyBits() else { return (cipher, .any) }
        guard !cipher.keyLengths.isEmpty else {
            throw Malformed("'\(cipher.rawValue)' has no key; expected no '(' here", at: place)
        }
        guard cipher.keyLengths.contains(where: { bits.contains($0) }) else {
            throw Malformed(
                "no key length of '\(cipher.rawValue)'; expected "
                    + cipher.keyLengths.reversed().map { "\($0)" }.joined(separator: ", ")
                    + " bits or a range around one", at: place)
        }
        return (cipher, bits)
    }

    private mutating func integrity() throws(Malformed) -> Protection.Integrity {
        let integrity = try algorithm(AlgorithmWords.integrity, AlgorithmWords.expectedIntegrity)
        if integrity == .sha1 { cursor.warning("'sha1' is weak (RFC 8221)", at: lastAlgorithm) }
        let place = cursor.token.location
        if let bits = try keyBits(), let length = integrity.keyBits, !bits.contains(length) {
            throw Malformed(
                "no key length of '\(integrity.rawValue)'; expected \(length) bits", at: place)
        }
        return integrity
    }

    private mutating func algorithm<Name>(
        _ vocabulary: Vocabulary<Name?>, _ expected: String
    ) throws(Malformed) -> Name {
        guard cursor.token.kind == .word else { throw cursor.unexpected(expected) }
        let word = cursor.word.lowercased()
        lastAlgorithm = cursor.token.location
        guard let choice = vocabulary[word] else {
            throw Malformed(
                "unknown algorithm \(cursor.quoted); expected \(expected)"
                    + cursor.suggestion(vocabulary.nearest(to: word) { $0 != nil }),
                at: cursor.token.location)
        }
        guard let name = choice else {
            throw Malformed(
                "\(cursor.quoted) protects nothing any more (RFC 8221); expected \(expected)",
                at: cursor.token.location)
        }
        cursor.advance()
        return name
    }

    /// `(256)`, `(192..)`, `(..192)` or `(128..256)`; `nil` where there is no parenthesis.
    private mutating func keyBits() throws(Malformed) -> Protection.KeyBits? {
        guard cursor.token.kind == .leftParenthesis else { return nil }
        let expected = "a key length in bits"
        cursor.advance(.ranges)
        var least: UInt16?
        if cursor.token.kind != .ellipsis { least = try bits(expected) }
        var most = least
        if cursor.token.kind == .ellipsis {
            cursor.advance(.ranges)
            most = nil
            let place = cursor.token.location
            if cursor.token.kind != .rightParenthesis || least == nil { most = try bits(expected) }
            if let least, let most, least > most {
                throw Malformed(
                    "range runs backwards; expected a key length not below \(least)", at: place)
            }
        }
        try cursor.expect(.rightParenthesis, "')'")
        return Protection.KeyBits(least: least, most: most)
    }

    private mutating func bits(_ expected: String) throws(Malformed) -> UInt16 {
        UInt16(
            truncatingIfNeeded: try cursor.number(
                1...UInt64(UInt16.max), expected, then: .ranges))
    }
}
