import Admin

/// The replies to a request, made when they are wanted.
struct Answer {
    private var values: ArraySlice<Value>
    /// Makes the value of what is named by a number; `nil` when it is gone meanwhile.
    private var makeMore: ((UInt64) -> [Value])?
    private var names: ArraySlice<UInt64>
    private var last: Reply?

    /// Something, then the end, with words about what was done.
    init(_ values: [Value] = [], done words: String = "") {
        self.values = values[...]
        names = []
        last = .done(words)
    }

    /// Values made one after the other from names that were there when it was asked.
    init(_ names: [UInt64], done words: String, _ make: @escaping (UInt64) -> [Value]) {
        values = []
        self.names = names[...]
        makeMore = make
        last = .done(words)
    }

    /// That it cannot be done, and why.
    init(failure reason: String) {
        values = []
        names = []
        last = .failed(reason)
    }

    /// The next reply; `nil` after the last.
    mutating func next() -> Reply? {
        while values.isEmpty, let name = names.popFirst() {
            values = (makeMore?(name) ?? [])[...]
        }
        if let value = values.popFirst() { return .object(value) }
        defer { last = nil }
        return last
    }
}
