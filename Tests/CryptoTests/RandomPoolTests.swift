import Crypto
import Testing

@Suite struct RandomPoolTests {
    @Test func givesAsManyOctetsAsWereAskedForAndNoneTwice() {
        let pool = RandomPool()
        var seen: Set<[UInt8]> = []
        for _ in 0..<1000 {
            let octets = pool.octets(16)
            #expect(octets.count == 16)
            #expect(seen.insert(octets).inserted)
        }
    }

    @Test(arguments: [0, 1, 127, 128, 129, 512, 5000])
    func everyCountWorks(count: Int) {
        let pool = RandomPool()
        for _ in 0..<10 { #expect(pool.octets(count).count == count) }
    }

    @Test func everyBitIsSometimesSetAndSometimesNot() {
        let pool = RandomPool()
        var ones: UInt8 = 0
        var zeros: UInt8 = 0
        for octet in (0..<200).flatMap({ _ in pool.octets(3) }) {
            ones |= octet
            zeros |= ~octet
        }
        #expect(ones == .max && zeros == .max)
    }
}
