import Testing

@testable import IPsecPolicy

@Suite struct OrderingTests {
    private func isGrowing(_ places: [UInt32]) -> Bool {
        zip(places, places.dropFirst()).allSatisfy { $0 < $1 }
            && places.allSatisfy { Ordering.range.contains($0) }
    }

    @Test func whatIsNewHasRoom() {
        #expect(Ordering.places(keeping: [nil, nil, nil]) == [1024, 2048, 3072])
        #expect(Ordering.places(keeping: []).isEmpty)
    }

    @Test func whatStaysKeepsItsPlace() {
        #expect(Ordering.places(keeping: [nil, 1024, 2048]) == [512, 1024, 2048])
        #expect(Ordering.places(keeping: [1024, nil, nil, 2048]) == [1024, 1365, 1706, 2048])
        #expect(Ordering.places(keeping: [1024, 2048, nil]) == [1024, 2048, 3072])
        // The one that has moved to the front gives way.
        #expect(Ordering.places(keeping: [3072, 1024, 2048]) == [512, 1024, 2048])
    }

    @Test func withoutRoomAllBegin() {
        #expect(Ordering.places(keeping: [7, nil, 8]) == [1024, 2048, 3072])
        #expect(
            Ordering.places(keeping: [Ordering.range.upperBound, nil]) == [1024, 2048])
    }

    @Test func placesAlwaysGrow() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let count = Int.random(in: 0...40, using: &random)
            let former = (0..<count).map { _ in
                Bool.random(using: &random)
                    ? UInt32.random(in: 1...(Bool.random() ? 60 : 1 << 27), using: &random) : nil
            }
            let places = Ordering.places(keeping: former)
            #expect(places.count == count)
            #expect(isGrowing(places), "\(former) gives \(places)")
        }
    }
}
