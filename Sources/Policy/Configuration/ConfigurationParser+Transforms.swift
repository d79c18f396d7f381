import Wire

extension ConfigurationParser {
    private static let ciphers = "aes, aes-gcm, aes-ccm, aes-ctr, chacha20-poly1305 or 3des"
    private static let hashes = "sha256, sha384, sha512, sha1 or sha1-160"
    private static let prfs = "sha256, sha384, sha512 or sha1"

    /// Reads an `ikesa_xform`; `nil`, after a message, when it is no good.
    mutating func ikeTransform(from start: SourceLocation) throws(Malformed) -> IKETransform? {
        let draft = try transform(.ikeTransform)
        guard draft.isClosed else { return nil }
        if !draft.places.mentions(.encryption) {
            missing("encr_alg", from: "ikesa_xform", at: start)
        }
        if !draft.places.mentions(.group) { missing("dh_group", from: "ikesa_xform", at: start) }
        guard let cipher = draft.cipher else { return nil }
        guard case .cipher(let encryption, _) = cipher.choice else {
            if case .none = cipher.choice, let place = draft.places[.encryption] {
                cursor.error(
                    "'none' is for childsa_xform; expected \(Self.ciphers)", at: place)
            }
            return nil
        }
        var integrity: [IntegrityAlgorithm] = []
        var prf = draft.prf
        if encryption.isAEAD {
            if let place = draft.places[.authentication] {
                cursor.error(
                    "auth_alg beside a cipher that authenticates by itself; expected prf_alg",
                    at: place)
                return nil
            }
            if !draft.places.mentions(.prf) { missing("prf_alg", from: "ikesa_xform", at: start) }
        } else if let hash = draft.hash {
            guard case .hash(let ike, _, let function) = hash else { return nil }
            integrity = ike
            if !draft.places.mentions(.prf) { prf = function }
        } else {
            if !draft.places.mentions(.authentication) {
                missing("auth_alg", from: "ikesa_xform", at: start)
            }
            return nil
        }
        guard let prf, let group = draft.group else { return nil }
        let transform = IKETransform(
            encryption: encryption, keyLengths: cipher.keyLengths, integrity: integrity,
            prfs: [prf], group: group, lifetime: draft.lifetime)
        algorithms.note(transform, at: draft.places)
        return transform
    }

    /// Reads a `childsa_xform`; `nil`, after a message, when it is no good.
    mutating func childTransform(from start: SourceLocation) throws(Malformed) -> ChildTransform? {
        let draft = try transform(.childTransform)
        guard draft.isClosed else { return nil }
        let hasHash = draft.places.mentions(.authentication)
        var integrity: [IntegrityAlgorithm] = []
        if case .hash(_, let child, _) = draft.hash { integrity = child }
        let esn = draft.esn.map { [$0] } ?? ChildTransform.defaultESN
        guard let cipher = draft.cipher else {
            if !draft.places.mentions(.encryption) {
                cursor.error(
                    "childsa_xform without encr_alg; expected encr_alg, with 'none' for AH",
                    at: start)
            }
            return nil
        }
        guard case .cipher(let encryption, _) = cipher.choice else {
            guard hasHash else {
                missing("auth_alg", from: "childsa_xform", at: start)
                return nil
            }
            guard !integrity.isEmpty else { return nil }
            return ChildTransform(
                protocol: .ah, encryption: nil, integrity: integrity, esn: esn)
        }
        if encryption.isAEAD, let place = draft.places[.authentication] {
            cursor.error(
                "auth_alg beside a cipher that authenticates by itself; expected none", at: place)
            return nil
        }
        if !encryption.isAEAD, !hasHash {
            missing("auth_alg", from: "childsa_xform", at: start)
        }
        guard encryption.isAEAD != !integrity.isEmpty else { return nil }
        return ChildTransform(
            encryption: encryption, keyLengths: cipher.keyLengths, integrity: integrity, esn: esn)
    }

    private mutating func missing(_ what: String, from: String, at start: SourceLocation) {
        cursor.error("\(from) without \(what); expected \(what) in it", at: start)
    }

    /// Reads what stands in braces.
    private mutating func transform(_ scope: Keyword.Scope) throws(Malformed) -> TransformDraft {
        let start = cursor.token.location
        try cursor.expect(.leftBrace, "'{'")
        var draft = TransformDraft()
        draft.isClosed = block(scope, from: start) { parser in
            parser.transformStatement(in: scope, of: &draft)
        }
        return draft
    }

    private mutating func transformStatement(
        in scope: Keyword.Scope, of draft: inout TransformDraft
    ) {
        guard let keyword = keyword(in: scope, noting: &draft.places) else { return }
        cursor.advance()
        let location = cursor.token.location
        draft.places.note(keyword, at: location)
        do throws(Malformed) {
            switch keyword {
            case .encryption: draft.cipher = try cipher(in: scope)
            case .authentication: draft.hash = try hash()
            case .prf: draft.prf = try prf()
            case .group: draft.group = try group(GroupChoice.expected)
            case .ikeLifetime: draft.lifetime = try ikeLifetime()
            case .esn: draft.esn = try truth()
            default: break
            }
        } catch {
            cursor.error(error)
            recover()
        }
    }

    private mutating func cipher(
        in scope: Keyword.Scope
    ) throws(Malformed) -> (choice: CipherChoice, keyLengths: [UInt16]) {
        let expected = scope == .ikeTransform ? Self.ciphers : "none, \(Self.ciphers)"
        let location = cursor.token.location
        let word = cursor.word
        guard cursor.token.kind == .word else { throw cursor.unexpected(expected) }
        guard let choice = CipherChoice.vocabulary[word] else {
            let nearest = CipherChoice.vocabulary.nearest(to: word) { $0.isSupported }
            throw Malformed(
                "unknown cipher \(cursor.quoted); expected \(expected)"
                    + cursor.suggestion(nearest),
                at: location)
        }
        switch choice {
        case .unsupported:
            throw Malformed("unsupported cipher '\(word)'; expected \(expected)", at: location)
        case .none:
            cursor.advance()
            return (choice, [])
        case .cipher(let algorithm, let keyLengths):
            if WeakAlgorithms.contains(algorithm) { warnOfWeakness("'\(word)'", at: location) }
            cursor.advance()
            guard cursor.token.kind == .leftParenthesis else { return (choice, keyLengths) }
            return (choice, try self.keyLengths(of: word, among: keyLengths))
        }
    }

    /// The key lengths within `(lo..hi)` or `(bits)`.
    private mutating func keyLengths(
        of cipher: String, among keyLengths: [UInt16]
    ) throws(Malformed) -> [UInt16] {
        guard !keyLengths.isEmpty else {
            throw Malformed(
                "'\(cipher)' has one key length; expected no '(' here", at: cursor.token.location)
        }
        cursor.advance(.ranges)
        let low = try keyLength(of: cipher, among: keyLengths)
        var high = low
        if cursor.token.kind == .ellipsis {
            cursor.advance(.ranges)
            let location = cursor.token.location
            high = try keyLength(of: cipher, among: keyLengths)
            if low > high {
                throw Malformed(
                    "range runs backwards; expected a key length not below \(low)", at: location)
            }
        }
        try cursor.expect(.rightParenthesis, "')'")
        return keyLengths.filter { low <= $0 && $0 <= high }
    }

    private mutating func keyLength(
        of cipher: String, among keyLengths: [UInt16]
    ) throws(Malformed) -> UInt16 {
        let location = cursor.token.location
        let expected = "128, 192 or 256 bits"
        let number = try cursor.number(0...UInt64.max, expected, then: .ranges)
        guard let length = UInt16(exactly: number), keyLengths.contains(length) else {
            throw Malformed(
                "\(number) is no key length of '\(cipher)'; expected \(expected)", at: location)
        }
        return length
    }

    private mutating func hash() throws(Malformed) -> HashChoice {
        let location = cursor.token.location
        let word = cursor.word
        guard cursor.token.kind == .word else { throw cursor.unexpected(Self.hashes) }
        guard let choice = HashChoice.integrityVocabulary[word] else {
            let nearest = HashChoice.integrityVocabulary.nearest(to: word) {
                $0.isSupported
            }
            throw Malformed(
                "unknown algorithm \(cursor.quoted); expected \(Self.hashes)"
                    + cursor.suggestion(nearest),
                at: location)
        }
        guard case .hash(_, _, let prf) = choice else {
            throw Malformed(
                "unsupported algorithm '\(word)'; expected \(Self.hashes)", at: location)
        }
        if WeakAlgorithms.contains(prf) { warnOfWeakness("'\(word)'", at: location) }
        cursor.advance()
        return choice
    }

    private mutating func prf() throws(Malformed) -> PseudorandomFunction {
        let location = cursor.token.location
        let word = cursor.word
        guard cursor.token.kind == .word else { throw cursor.unexpected(Self.prfs) }
        guard let choice = HashChoice.prfVocabulary[word] else {
            let nearest = HashChoice.prfVocabulary.nearest(to: word) { $0 != nil }
            throw Malformed(
                "unknown algorithm \(cursor.quoted); expected \(Self.prfs)"
                    + cursor.suggestion(nearest),
                at: location)
        }
        guard let function = choice else {
            throw Malformed("unsupported algorithm '\(word)'; expected \(Self.prfs)", at: location)
        }
        if WeakAlgorithms.contains(function) { warnOfWeakness("'\(word)'", at: location) }
        cursor.advance()
        return function
    }
}
