import Crypto
import IKE
import Reactor
import Testing
import Wire

@testable import Daemon

/// Fetches for handshakes: how many, and for whom.
@Suite struct FetcherTests {
    private func question(_ number: UInt8) throws -> FetchQuestion {
        let hash = [UInt8](repeating: number, count: 20)
        let located = try #require(
            HashAndURL(.certificate, octets: hash + Array("http://192.0.2.1/\(number)".utf8)))
        return try FetchQuestion(locating: located, policy: FetchPolicy())
    }

    private func fetcher() throws -> Fetcher {
        Fetcher(on: try EventLoop(), limit: 8) { _, _, _ in
            Issue.record("nothing has been asked yet")
        }
    }

    private func id(_ number: Int) -> FetchID {
        FetchID(sa: IKESPI(UInt64(number + 1)), serial: 1)
    }

    @Test func strangersWhoWaitAreNoMoreThanSixtyFour() throws {
        let fetcher = try fetcher()
        let same = try question(1)
        for number in 0..<64 { #expect(fetcher.fetch([same], for: id(number)) == []) }
        #expect(fetcher.fetch([same], for: id(64)) == [same.key])
        let other = try question(2)
        #expect(fetcher.fetch([other], for: id(65)) == [other.key])
        // One that has gone makes room for another.
        fetcher.abandon(id(7))
        #expect(fetcher.fetch([other], for: id(65)) == [])
        fetcher.shutdown()
        #expect(fetcher.isIdle)
    }

    @Test func whatNobodyWaitsForIsGivenUp() throws {
        let fetcher = try fetcher()
        for number in UInt8(0)..<20 {
            #expect(try fetcher.fetch([question(number)], for: id(Int(number))) == [])
        }
        for number in 0..<20 {
            #expect(!fetcher.isIdle)
            fetcher.abandon(id(number))
        }
        #expect(fetcher.isIdle)
    }
}
