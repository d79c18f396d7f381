import Foundation
import IPsec
import Testing
import Wire

@testable import IKE

/// Networks that lose, repeat, reorder and damage.
@Suite struct LossTests {
    /// How many seeds to try; contrib/check asks for all.
    private static let seeds =
        ProcessInfo.processInfo.environment["IKE_SEEDS"].flatMap { UInt64($0) } ?? 500

    private static let bad = Simulation.Link(
        loss: 0.2, duplication: 0.2, corruption: 0.02, delay: 1...400)

    @Test func bothEndsAgreeWhateverTheNetworkDoes() throws {
        var established: UInt64 = 0
        for seed in 0..<Self.seeds {
            let pair = try Pair(seed: seed, link: Self.bad, Pair.Setup(policies: .two))
            pair.ping(from: pair.a)
            if seed % 3 == 0 { pair.ping(from: pair.b) }
            if seed % 2 == 0 {
                pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
            }
            // An end that missed the last word finds out when it sends in vain, and so asks whether
            // the other lives.
            let agreed = pair.simulation.run(for: .seconds(400)) {
                for host in [pair.a, pair.b] {
                    for reqid: UInt32 in [1, 2] { host.kernel.carry(reqid: reqid) }
                }
                return pair.simulation.isQuiet && disagreement(pair.a, pair.b) == nil
            }
            guard agreed else {
                Issue.record(
                    """
                    seed \(seed): \(disagreement(pair.a, pair.b) ?? "it never came to rest")
                    --- a
                    \(pair.a.logText)
                    --- b
                    \(pair.b.logText)
                    """)
                return
            }
            if pair.a.kernel.entries.isEmpty {
                // Damage that a UDP checksum would have caught shows when AUTH covers it.
                let reasons = ["no answer to", "AUTHENTICATION_FAILED", "AUTH does not verify"]
                #expect(
                    reasons.contains { pair.a.logText.contains($0) },
                    "seed \(seed): no SA and no reason:\n\(pair.a.logText)")
            } else {
                established += 1
            }
        }
        // Nearly all come up; a test in which none did would show nothing.
        #expect(established > Self.seeds * 9 / 10)
    }

    /// Every message of a handshake, lost once each.
    @Test(arguments: 0..<6) func aLostMessageIsMadeUpFor(index: Int) throws {
        let pair = try Pair(Pair.Setup(policies: .two))
        var count = 0
        pair.simulation.interceptor = { datagram in
            defer { count += 1 }
            return count == index ? nil : datagram
        }
        pair.ping(from: pair.a)
        pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
        #expect(pair.settle())
        #expect(disagreement(pair.a, pair.b) == nil)
        #expect(pair.a.kernel.entries.count == 4)
        #expect(pair.a.establishedSAs.count == 1)
    }

    @Test func aPeerThatIsNotThereIsGivenUp() throws {
        let pair = try Pair(link: Simulation.Link(loss: 1))
        pair.ping(from: pair.a)
        pair.simulation.run(for: .seconds(59))
        #expect(!pair.a.engine.table.isEmpty)
        pair.simulation.run(for: .seconds(2))
        #expect(pair.a.engine.table.isEmpty)
        #expect(pair.a.logText.contains("no answer to a request within 60 s"))
        #expect(pair.a.engine.nextDeadline == nil)
    }
}
