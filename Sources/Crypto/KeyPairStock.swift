import Wire

/// Ephemeral keys made ahead, while there is nothing else to do, so that a handshake need not wait
/// for one. Every key is given out once; those left are erased with the stock. Not thread-safe: it
/// belongs to the thread that takes keys, while others may make them.
public final class KeyPairStock {
    /// Keys of one method.
    private struct Shelf {
        let method: KeyExchangeMethod
        let capacity: Int
        var pairs: [KeyPair] = []
        /// How many are being made.
        var ordered = 0
        private var isBeingFilled = true

        init(_ method: KeyExchangeMethod, capacity: Int) {
            self.method = method
            self.capacity = capacity
        }

        /// How many more are to be ordered. A shelf is filled when it is half empty, not key by
        /// key: each filling wakes a worker.
        mutating func wanted() -> Int {
            let present = pairs.count + ordered
            if present <= capacity / 2 { isBeingFilled = true }
            if present >= capacity { isBeingFilled = false }
            return isBeingFilled ? capacity - present : 0
        }
    }

    private var shelves: [Shelf]

    /// An empty stock that wants `capacity` keys of each method that libcrypto offers; the methods
    /// named first are the first to be made.
    public init(_ methods: [KeyExchangeMethod], capacity: Int) {
        shelves = []
        for method in methods where KeyPair.supports(method) {
            guard !shelves.contains(where: { $0.method == method }) else { continue }
            shelves.append(Shelf(method, capacity: max(0, capacity)))
        }
    }

    /// Gives a key out, for good; `nil` when there is none.
    public func take(_ method: KeyExchangeMethod) -> KeyPair? {
        guard let index = index(of: method), !shelves[index].pairs.isEmpty else { return nil }
        // The oldest, so that none waits for long in memory where it could be found.
        return shelves[index].pairs.removeFirst()
    }

    /// How many keys of the method there are.
    public func count(of method: KeyExchangeMethod) -> Int {
        guard let index = index(of: method) else { return 0 }
        return shelves[index].pairs.count
    }

    /// The method whose keys are fewest, to be made next; `nil` when enough are there or being
    /// made. Every order is to be answered, by ``add(_:)`` or ``abandon(_:)``.
    public func order() -> KeyExchangeMethod? {
        var next: (index: Int, wanted: Int)?
        for index in shelves.indices {
            let wanted = shelves[index].wanted()
            if wanted > next?.wanted ?? 0 { next = (index, wanted) }
        }
        guard let next else { return nil }
        shelves[next.index].ordered += 1
        return shelves[next.index].method
    }

    /// Takes in a key that was ordered and that nobody else has. One that has no place is let go.
    public func add(_ pair: KeyPair) {
        guard let index = index(of: pair.method), shelves[index].ordered > 0 else { return }
        shelves[index].ordered -= 1
        guard !shelves[index].pairs.contains(where: { $0 === pair }) else { return }
        shelves[index].pairs.append(pair)
    }

    /// An order came to nothing, and so would the next: no more keys of the method are made ahead.
    public func abandon(_ method: KeyExchangeMethod) {
        shelves.removeAll { $0.method == method }
    }

    private func index(of method: KeyExchangeMethod) -> Int? {
        shelves.firstIndex { $0.method == method }
    }
}
