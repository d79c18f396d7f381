/// Where the values of keywords stand in one pair of braces, or outside all of them.
struct Places {
    private var places: [(keyword: Keyword, location: SourceLocation)] = []
    private var guesses: [Keyword] = []

    /// Where the first value of a keyword stands, good or bad; `nil` when there is none.
    subscript(keyword: Keyword) -> SourceLocation? {
        places.first { $0.keyword == keyword }?.location
    }

    /// Whether a keyword stands there, perhaps misspelt.
    func mentions(_ keyword: Keyword) -> Bool {
        self[keyword] != nil || guesses.contains(keyword)
    }

    /// Remembers a value.
    mutating func note(_ keyword: Keyword, at location: SourceLocation) {
        places.append((keyword, location))
    }

    /// Remembers what a misspelt keyword probably is.
    mutating func guess(_ keyword: Keyword) {
        guesses.append(keyword)
    }
}
