/// The words that may stand in one place, with their meanings.
package struct Vocabulary<Meaning: Sendable>: Sendable {
    /// The words in the order in which they are listed to the user.
    package let words: [String]
    private let meanings: [String: Meaning]

    /// Words that differ from one another.
    package init(_ entries: [(String, Meaning)]) {
        var words: [String] = []
        var meanings: [String: Meaning] = [:]
        for (word, meaning) in entries {
            words.append(word)
            meanings[word] = meaning
        }
        self.words = words
        self.meanings = meanings
    }

    /// What a word means; `nil` for a word that is none of these.
    package subscript(word: String) -> Meaning? { meanings[word] }

    /// The word that was probably meant: itself, or one that differs little.
    package func nearest(to word: String) -> String? {
        nearest(to: word) { _ in true }
    }

    /// The word that was probably meant among those whose meaning fits.
    package func nearest(to word: String, where fits: (Meaning) -> Bool) -> String? {
        let octets = Array(word.utf8)
        var best: (word: String, distance: Int)?
        for candidate in words {
            guard let meaning = meanings[candidate], fits(meaning),
                let distance = EditDistance.between(octets, Array(candidate.utf8)),
                distance < best?.distance ?? .max
            else { continue }
            best = (candidate, distance)
        }
        return best?.word
    }

    /// `a, b or c`.
    package var list: String {
        var text = ""
        for (index, word) in words.enumerated() {
            if index > 0 { text += index == words.count - 1 ? " or " : ", " }
            text += word
        }
        return text
    }
}
