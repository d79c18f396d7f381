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

        /// How many more could be ordered.
        var room: Int { capacity - pairs.count - ordered }
    }

    private var shelves: [Shelf]

    /// An empty stock that wants `capacity` keys of each method that libcrypto offers; the methods
    /// named first are the first to be made.
    public init(_ methods: [KeyExchangeMethod], capacity: Int) {
        shelves = []
        for method in methods where KeyPair.supports(method) {
            guard !shelves.contains(where: { $0.method == method }) else { continue }
            shelves.append(Shelf(method: method, capacity: max(0, capacity)))
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

    /// The method whose keys are fewest, to be made next; `nil` when all that are wanted are there
    /// or being made. Every order is to be answered, by ``add(_:)`` or ``cancel(_:)``.
    public func order() -> KeyExchangeMethod? {
        var next: Int?
        for index in shelves.indices where shelves[index].room > 0 {
            guard let best = next else {
                next = index
                continue
            }
            if shelves[index].room > shelves[best].room { next = index }
        }
        guard let next else { return nil }
        shelves[next].ordered += 1
        return shelves[next].method
    }

    /// Takes in a key that was ordered and that nobody else has. One that has no place is let go.
    public func add(_ pair: KeyPair) {
        guard let index = index(of: pair.method), shelves[index].ordered > 0 else { return }
        shelves[index].ordered -= 1
        guard !shelves[index].pairs.contains(where: { $0 === pair }) else { return }
        shelves[index].pairs.append(pair)
    }

    /// Takes back an order that came to nothing. It may be ordered again.
    public func cancel(_ method: KeyExchangeMethod) {
        guard let index = index(of: method), shelves[index].ordered > 0 else { return }
        shelves[index].ordered -= 1
    }

    private func index(of method: KeyExchangeMethod) -> Int? {
        shelves.firstIndex { $0.method == method }
    }
}
