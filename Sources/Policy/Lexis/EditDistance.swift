/// How far a misspelt word is from a known one.
enum EditDistance {
    /// More than two slips of the finger make another word, and more than one in three letters.
    private static func most(_ length: Int) -> Int { length <= 3 ? 1 : 2 }

    /// The insertions, deletions, replacements and swaps of neighbours that turn one word into
    /// the other; `nil` when they are too many for a slip.
    static func between(_ a: [UInt8], _ b: [UInt8]) -> Int? {
        let most = most(b.count)
        guard abs(a.count - b.count) <= most else { return nil }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for (row, octet) in a.enumerated() {
            var current = [row + 1]
            current.reserveCapacity(b.count + 1)
            for (column, other) in b.enumerated() {
                var distance = min(
                    last[column] + (octet == other ? 0 : 1), last[column + 1] + 1,
                    current[column] + 1)
                if row > 0, column > 0, octet == b[column - 1], a[row - 1] == other {
                    distance = min(distance, beforeLast[column - 1] + 1)
                }
                current.append(distance)
            }
            beforeLast = last
            last = current
        }
        guard let distance = last.last, distance <= most else { return nil }
        return distance
    }
}
