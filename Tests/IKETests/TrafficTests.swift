import Testing
import Wire

@testable import IKE

/// What traffic through ESP says of a peer and of a Child SA.
@Suite struct TrafficTests {
    private func up(_ globals: String) throws -> Pair {
        let pair = try Pair(Pair.Setup(globalsA: globals, globalsB: "dpd_interval_secs 0"))
        pair.ping(from: pair.a)
        #expect(pair.settle())
        return pair
    }

    private func messages(of pair: Pair, during body: () -> Void) -> Int {
        let before = pair.simulation.sent.count
        body()
        return pair.simulation.sent.count - before
    }

    /// So many seconds, in each of which packets go.
    private func carry(_ pair: Pair, seconds: Int, out: Bool, back: Bool) {
        for _ in 0..<seconds {
            if out { pair.a.kernel.carry(reqid: 1, to: pair.b.kernel) }
            if back { pair.b.kernel.carry(reqid: 1, to: pair.a.kernel) }
            pair.simulation.run(for: .seconds(1))
        }
    }

    @Test func aPeerThatAnswersThroughESPIsNotAsked() throws {
        let pair = try up("dpd_interval_secs 10")
        #expect(messages(of: pair) { carry(pair, seconds: 120, out: true, back: true) } == 0)
    }

    @Test func aPeerToWhichNothingIsSentIsNotAsked() throws {
        let pair = try up("dpd_interval_secs 10")
        #expect(messages(of: pair) { carry(pair, seconds: 120, out: false, back: false) } == 0)
    }

    @Test func aPeerThatIsSilentWhileWeSendIsAsked() throws {
        let pair = try up("dpd_interval_secs 10")
        let count = messages(of: pair) { carry(pair, seconds: 119, out: true, back: false) }
        // A question and its answer every ten seconds.
        #expect((20...24).contains(count))
        #expect(pair.a.kernel.entries.count == 2)
    }

    @Test func aPeerOfWhichTheKernelTellsNothingIsAsked() throws {
        let pair = try up("dpd_interval_secs 10")
        pair.a.kernel.flush()
        #expect(messages(of: pair) { pair.simulation.run(for: .seconds(60)) } >= 10)
    }

    @Test func aPeerWithoutAChildSAIsAsked() throws {
        let pair = try up("dpd_interval_secs 10")
        let child = try #require(pair.a.kernel.outbound.first)
        pair.simulation.handle(pair.a.kernel.expire(child.id, isHard: true), pair.a)
        #expect(pair.settle())
        #expect(messages(of: pair) { pair.simulation.run(for: .seconds(60)) } >= 10)
    }

    @Test func anIdleChildSAIsDeletedAndTheNextPacketBringsAnother() throws {
        let pair = try up("dpd_interval_secs 0 childsa_idletime_secs 30")
        carry(pair, seconds: 100, out: true, back: false)
        carry(pair, seconds: 100, out: false, back: true)
        #expect(pair.a.kernel.entries.count == 2)
        #expect(!pair.a.logText.contains("idle"))
        pair.simulation.run(for: .seconds(65))
        #expect(pair.a.kernel.entries.isEmpty && pair.b.kernel.entries.isEmpty)
        #expect(pair.a.logText.contains("is idle; deleted"))
        #expect(pair.a.establishedSAs.count == 1)
        pair.ping(from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil && pair.a.kernel.entries.count == 2)
    }
}
