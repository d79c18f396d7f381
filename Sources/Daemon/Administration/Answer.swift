import Admin

/// The replies to a request, made when they are wanted.
struct Answer {
    private var replies: ArraySlice<Reply>
    /// Makes the replies for what is named by a number; none when it is gone meanwhile.
    private var makeMore: ((UInt64) -> [Reply])?
    private var names: ArraySlice<UInt64>
    private var last: Reply?
    /// What there is to wait for before the first reply.
    let promise: Promise?

    /// Something, then the end, with words about what was done.
    init(_ values: [Value] = [], done words: String = "") {
        replies = values.map { .object($0) }[...]
        names = []
        last = .done(words)
        promise = nil
    }

    /// Values made one after the other from names that were there when it was asked.
    init(_ names: [UInt64], done words: String, _ make: @escaping (UInt64) -> [Value]) {
        self.init(replies: names, done: words) { name in make(name).map { .object($0) } }
    }

    /// The same with replies of any kind.
    init(replies names: [UInt64], done words: String, _ make: @escaping (UInt64) -> [Reply]) {
        replies = []
        self.names = names[...]
        makeMore = make
        last = .done(words)
        promise = nil
    }

    /// That it cannot be done, and why.
    init(failure reason: String) {
        self.init()
        last = .failed(reason)
    }

    /// What there is to say of a file, and what came of it.
    init(_ report: Report, _ outcome: Reply) {
        replies = report.entries.map { .note($0.text) }[...]
        names = []
        last = outcome
        promise = nil
    }

    /// What is to come later.
    init(_ promise: Promise) {
        replies = []
        names = []
        self.promise = promise
    }

    /// The next reply; `nil` after the last.
    mutating func next() -> Reply? {
        while replies.isEmpty, let name = names.popFirst() {
            replies = (makeMore?(name) ?? [])[...]
        }
        if let reply = replies.popFirst() { return reply }
        defer { last = nil }
        return last
    }
}

/// An answer that takes its time.
final class Promise {
    /// Called with the answer, once.
    var whenKept: ((Answer) -> Void)?

    /// Gives the answer.
    func keep(_ answer: Answer) {
        whenKept?(answer)
        whenKept = nil
    }
}
