import Testing

@testable import IKE

@Suite struct SentMessageTests {
    @Test func oneDatagramStaysOne() {
        #expect(SentMessage([1, 2, 3]).datagrams == [[1, 2, 3]])
        #expect(SentMessage([[1, 2, 3]]).datagrams == [[1, 2, 3]])
        #expect(SentMessage([[1, 2, 3]]) == SentMessage([1, 2, 3]))
    }

    @Test func fragmentsComeBackAsTheyWere() {
        for last in 1...4 as ClosedRange<UInt8> {
            let fragments: [[UInt8]] = [[1, 2, 3, 4], [5, 6, 7, 8], [UInt8](9..<9 + last)]
            #expect(SentMessage(fragments).datagrams == fragments)
        }
    }
}
