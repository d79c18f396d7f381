import Crypto
import Testing
import Wire

@Suite struct KeyPairStockTests {
    /// Answers every order of the stock; says how many there were.
    private func fill(_ stock: KeyPairStock) throws -> [KeyExchangeMethod] {
        var orders: [KeyExchangeMethod] = []
        while let method = stock.order() {
            orders.append(method)
            stock.add(try KeyPair.generate(method))
        }
        return orders
    }

    @Test func givesEveryKeyOutOnce() throws {
        let stock = KeyPairStock([.curve25519, .ecp256], capacity: 3)
        #expect(stock.take(.curve25519) == nil)
        var seen: Set<[UInt8]> = []
        for _ in 0..<3 {
            _ = try fill(stock)
            for method in [KeyExchangeMethod.curve25519, .ecp256] {
                #expect(stock.count(of: method) == 3)
                while let pair = stock.take(method) {
                    #expect(pair.method == method)
                    #expect(seen.insert(pair.publicValue).inserted)
                }
                #expect(stock.count(of: method) == 0)
            }
        }
        #expect(seen.count == 18)
    }

    @Test func ordersWhatIsFewestAndNoMoreThanItHolds() throws {
        let stock = KeyPairStock([.curve25519, .ecp256, .curve25519], capacity: 2)
        #expect(try fill(stock) == [.curve25519, .ecp256, .curve25519, .ecp256])
        #expect(stock.order() == nil)
        _ = stock.take(.ecp256)
        #expect(stock.order() == .ecp256)
        // That one is being made.
        #expect(stock.order() == nil)
    }

    @Test func ordersNothingBeforeHalfOfItIsGone() throws {
        let stock = KeyPairStock([.curve25519], capacity: 4)
        #expect(try fill(stock).count == 4)
        _ = stock.take(.curve25519)
        #expect(stock.order() == nil)
        _ = stock.take(.curve25519)
        #expect(try fill(stock) == [.curve25519, .curve25519])
    }

    @Test func takesInNothingThatWasNotOrdered() throws {
        let stock = KeyPairStock([.curve25519], capacity: 2)
        stock.add(try KeyPair.generate(.curve25519))
        stock.add(try KeyPair.generate(.ecp256))
        stock.abandon(.ecp256)
        #expect(stock.count(of: .curve25519) == 0)
        #expect(stock.count(of: .ecp256) == 0)
        #expect(stock.take(.ecp256) == nil)
        #expect(try fill(stock) == [.curve25519, .curve25519])
    }

    @Test func takesTheSameKeyInOnce() throws {
        let stock = KeyPairStock([.curve25519], capacity: 2)
        let pair = try KeyPair.generate(.curve25519)
        for _ in 0..<2 {
            #expect(stock.order() == .curve25519)
            stock.add(pair)
        }
        #expect(stock.count(of: .curve25519) == 1)
        #expect(stock.take(.curve25519) === pair)
        #expect(stock.take(.curve25519) == nil)
        #expect(try fill(stock) == [.curve25519, .curve25519])
    }

    @Test func ordersNoMoreOfWhatCameToNothing() {
        let stock = KeyPairStock([.ecp256, .curve25519], capacity: 1)
        #expect(stock.order() == .ecp256)
        stock.abandon(.ecp256)
        #expect(stock.order() == .curve25519)
        #expect(stock.order() == nil)
    }

    @Test func givesTheOldestOutFirst() throws {
        let stock = KeyPairStock([.curve25519], capacity: 3)
        var made: [KeyPair] = []
        while let method = stock.order() {
            let pair = try KeyPair.generate(method)
            made.append(pair)
            stock.add(pair)
        }
        for pair in made { #expect(stock.take(.curve25519) === pair) }
    }

    @Test(
        arguments: [([.none, .mlKEM768], 4), ([], 4), ([.curve25519], 0), ([.curve25519], -1)]
            as [([KeyExchangeMethod], Int)])
    func wantsNothingThatItCannotHold(methods: [KeyExchangeMethod], capacity: Int) {
        let stock = KeyPairStock(methods, capacity: capacity)
        #expect(stock.order() == nil)
        #expect(stock.take(.curve25519) == nil)
    }
}
