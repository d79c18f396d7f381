/// Answers that are kept, for as long as they hold. They are judged anew at each use, so that none
/// counts for longer.
public struct FetchAnswers: Sendable {
    private struct Entry {
        let answer: FetchAnswer
        /// Counts what has been kept, the oldest first.
        let number: UInt64
    }

    /// As many as a gateway has peers with responses of their own.
    public static let most = 1024
    /// Octets of all: the longest list that is taken, and as much again.
    public static let mostOctets = 2 * RevocationList.longest

    private var entries: [FetchKey: Entry] = [:]
    private var number: UInt64 = 0
    private var size = 0

    /// Without any.
    public init() {}

    /// How many there are.
    public var count: Int { entries.count }

    /// The answer to a question, if it was kept.
    public subscript(key: FetchKey) -> FetchAnswer? { entries[key]?.answer }

    /// Keeps an answer in place of the one before; the oldest ones make room.
    public mutating func keep(_ answer: FetchAnswer, to key: FetchKey) {
        forget(key)
        while entries.count >= Self.most || size + answer.size > Self.mostOctets,
            let oldest = entries.min(by: { $0.value.number < $1.value.number })?.key
        {
            forget(oldest)
        }
        number += 1
        entries[key] = Entry(answer: answer, number: number)
        size += answer.size
    }

    private mutating func forget(_ key: FetchKey) {
        if let old = entries.removeValue(forKey: key) { size -= old.answer.size }
    }
}
