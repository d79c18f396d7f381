import Wire

/// What was read of an `ikesa_xform` or `childsa_xform`.
struct TransformDraft {
    /// Whether the closing brace was found; else what is missing may stand elsewhere.
    var isClosed = false
    var cipher: (choice: CipherChoice, keyLengths: [UInt16])?
    var hash: HashChoice?
    var prf: PseudorandomFunction?
    var group: KeyExchangeMethod?
    var lifetime: UInt32?
    var esn: Bool?

    private var places: [(keyword: Keyword, location: SourceLocation)] = []

    /// Remembers where the value of a keyword stands, good or bad.
    mutating func note(_ keyword: Keyword, at location: SourceLocation) {
        places.append((keyword, location))
    }

    /// Where the value of a keyword stands; `nil` when there is none.
    func place(of keyword: Keyword) -> SourceLocation? {
        places.first { $0.keyword == keyword }?.location
    }
}
