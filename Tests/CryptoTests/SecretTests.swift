import Testing

@testable import Crypto

struct SecretTests {
    @Test func copiesOctets() {
        #expect(Secret(copying: [1, 2, 3]).revealed() == [1, 2, 3])
        #expect(Secret(copying: []).revealed() == [])
        #expect(Secret(copying: []).count == 0)
    }

    @Test func isFilledByAClosure() throws {
        let secret = try Secret(count: 3) { room in
            #expect(room.count == 3)
            for index in room.indices { room[index] = UInt8(index) }
        }
        #expect(secret.revealed() == [0, 1, 2])
    }

    @Test func passesOnWhatTheClosureThrows() {
        #expect(throws: CryptoError.integrityCheckFailed) {
            try Secret(count: 3) { _ throws(CryptoError) in throw .integrityCheckFailed }
        }
    }

    @Test(
        arguments: [
            (0..<4, [0, 1, 2, 3]), (1..<3, [1, 2]), (2..<2, []), (3..<9, [3]), (7..<9, []),
            (-3..<2, [0, 1]), (Int.min..<Int.max, [0, 1, 2, 3]),
        ] as [(Range<Int>, [UInt8])])
    func givesSlicesAndLeavesOutWhatIsNotThere(range: Range<Int>, octets: [UInt8]) {
        let slice = Secret(copying: [0, 1, 2, 3]).slice(range)
        #expect(slice.revealed() == octets)
        #expect(slice.count == octets.count)
    }

    @Test func slicesSlices() {
        let slice = Secret(copying: rising(from: 0, 10)).slice(2..<8)
        #expect(slice.slice(1..<3).revealed() == [3, 4])
        #expect(slice.slice(4..<99).revealed() == [6, 7])
        #expect(slice.slice(6..<7).revealed() == [])
    }

    @Test func comparesContents() {
        #expect(Secret(copying: [1, 2]) == Secret(copying: [1, 2]))
        #expect(Secret(copying: [1, 2]) != Secret(copying: [1, 3]))
        #expect(Secret(copying: [1, 2]) != Secret(copying: [1]))
        #expect(Secret(copying: []) == Secret(copying: []))
        #expect(constantTimeEqual([1, 2], [1, 2]))
        #expect(!constantTimeEqual([1, 2], [1, 3]))
        #expect(!constantTimeEqual([1, 2], [1, 2, 3]))
        #expect(constantTimeEqual([], []))
    }

    @Test func drawsRandomOctets() {
        #expect(randomOctets(32).count == 32)
        #expect(randomOctets(32) != randomOctets(32))
        #expect(randomOctets(0) == [])
        #expect(randomOctets(-1) == [])
    }
}
