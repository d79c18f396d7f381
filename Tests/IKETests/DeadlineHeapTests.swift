import Net
import Testing
import Wire

@testable import IKE

@Suite struct DeadlineHeapTests {
    private func sa(_ number: UInt64) -> IKESA {
        let address = SocketAddress(ip("10.9.0.1"), port: 500)
        let rule = HandshakeFixture.rule
        let target = ChildRequest(HandshakeFixture.acquire)
        return IKESA(
            localSPI: IKESPI(number), remoteSPI: .zero, role: .initiator,
            pair: AddressPair(local: address, remote: address),
            state: .initiating(
                Initiation(rule: rule, child: target, nonce: [], method: .curve25519)),
            at: Instant(nanoseconds: 0))
    }

    /// Against a list that is searched from end to end.
    @Test func itAgreesWithAListUnderAnyOperations() {
        var random = SeededRandom(seed: 11)
        var heap = DeadlineHeap()
        let all = (0..<64).map { sa($0) }
        var model = [UInt64?](repeating: nil, count: all.count)
        for _ in 0..<20_000 {
            let index = Int.random(in: 0..<all.count, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                // Few different times, so that many are the same.
                let time = UInt64.random(in: 0..<40, using: &random)
                heap.set(all[index], Instant(nanoseconds: time))
                model[index] = time
            case 6, 7:
                heap.set(all[index], nil)
                model[index] = nil
            default:
                let now = UInt64.random(in: 0..<40, using: &random)
                let earliest = model.compactMap { $0 }.min()
                let popped = heap.popDue(at: Instant(nanoseconds: now))
                guard let earliest, earliest <= now else {
                    #expect(popped == nil)
                    continue
                }
                let place = Int(popped?.localSPI.rawValue ?? .max)
                #expect(model.indices.contains(place) && model[place] == earliest)
                if model.indices.contains(place) { model[place] = nil }
                #expect(popped?.deadline == nil && popped?.heapIndex == -1)
            }
            #expect(heap.first?.nanoseconds == model.compactMap { $0 }.min())
        }
        while let sa = heap.popDue(at: .distantFuture) { model[Int(sa.localSPI.rawValue)] = nil }
        #expect(model.allSatisfy { $0 == nil })
        #expect(heap.first == nil)
    }

    @Test func theyComeOutInOrder() {
        var random = SeededRandom(seed: 12)
        var heap = DeadlineHeap()
        for number in 0..<1000 {
            heap.set(
                sa(UInt64(number)),
                Instant(nanoseconds: UInt64.random(in: 0..<500, using: &random)))
        }
        var last = Instant(nanoseconds: 0)
        var count = 0
        while let next = heap.first, heap.popDue(at: next) != nil {
            #expect(last <= next)
            last = next
            count += 1
        }
        #expect(count == 1000)
    }

    @Test func whatIsNotDueStays() {
        var heap = DeadlineHeap()
        heap.set(sa(1), Instant(nanoseconds: 5))
        let popped = [4, 5, 5].map { heap.popDue(at: Instant(nanoseconds: $0)) != nil }
        #expect(popped == [false, true, false])
    }
}
