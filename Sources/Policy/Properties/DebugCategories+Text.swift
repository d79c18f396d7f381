extension DebugCategories {
    /// The names of the categories; the first of several is the one that is printed.
    static let vocabulary = Vocabulary<DebugCategories>([
        ("cert", .cert), ("key", .key), ("op", .op), ("phase1", .phase1), ("phase2", .phase2),
        ("pfkey", .pfkey), ("policy", .policy), ("prop", .prop), ("door", .door),
        ("config", .config), ("label", .label), ("verbose", .verbose), ("all", .all),
        ("operator", .op),
    ])

    /// Why a text names no categories.
    struct Problem: Error {
        let message: String
        /// The part of the text that is to blame, in octets.
        let range: Range<Int>
    }

    /// Reads names and numbers joined by `+` and `-`, from left to right: `all-op`, `phase1+64`.
    init(reading text: [UInt8]) throws(Problem) {
        var categories: DebugCategories = []
        var start = 0
        var adds = true
        for index in 0...text.count {
            let isEnd = index == text.count
            guard isEnd || text[index] == UInt8(ascii: "+") || text[index] == .dash else {
                continue
            }
            let term = try Self.term(text, start..<index)
            if adds { categories.formUnion(term) } else { categories.subtract(term) }
            if !isEnd { adds = text[index] == UInt8(ascii: "+") }
            start = index + 1
        }
        self = categories
    }

    private static func term(
        _ text: [UInt8], _ range: Range<Int>
    ) throws(Problem) -> DebugCategories {
        let word = String(decoding: text[range], as: UTF8.self)
        if let category = vocabulary[word] { return category }
        if case .value(let number) = Number.parse(text, in: range),
            let bits = UInt32(exactly: number), all.contains(DebugCategories(rawValue: bits))
        {
            return DebugCategories(rawValue: bits)
        }
        let expected =
            "categories (cert, key, op, phase1, phase2, pfkey, policy, prop, door, "
            + "config, label, verbose, all) or numbers of 0 to \(all.rawValue), joined by + or -"
        let nearest = vocabulary.nearest(to: word).map { " (did you mean '\($0)'?)" } ?? ""
        throw Problem(
            message: (range.isEmpty ? "missing category" : "unknown category")
                + "; expected \(expected)\(nearest)", range: range)
    }

    /// Reads names and numbers joined by `+` and `-`, from left to right: `all-op`, `phase1+64`.
    public init?(parsing text: String) {
        do throws(Problem) {
            try self.init(reading: Array(text.utf8))
        } catch {
            return nil
        }
    }
}

extension DebugCategories: CustomStringConvertible {
    /// The names joined by `+`; `all`, or `0` for none.
    public var description: String {
        if self == .all { return "all" }
        var text = ""
        for word in Self.vocabulary.words where word != "all" && word != "operator" {
            if let category = Self.vocabulary[word], contains(category) {
                text += text.isEmpty ? word : "+\(word)"
            }
        }
        return text.isEmpty ? "0" : text
    }
}
