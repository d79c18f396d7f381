import Testing
import Wire

@testable import IKE

/// Both ends begin at once, and with each single datagram lost, late or repeated.
@Suite struct CrossingTests {
    private func play(
        _ policies: PolicySet, seed: UInt64, fate: @escaping (Int) -> Simulation.Fate,
        begin: (Pair) -> Void
    ) throws -> Pair {
        let pair = try Pair(seed: seed, Pair.Setup(policies: policies))
        pair.simulation.fate = fate
        begin(pair)
        _ = pair.settle(within: .seconds(100))
        pair.simulation.run(for: .seconds(5))
        #expect(pair.settle())
        return pair
    }

    /// Every way in which one of the first datagrams can go astray.
    private static func fates() -> [(String, (Int) -> Simulation.Fate)] {
        var fates: [(String, (Int) -> Simulation.Fate)] = [("no mishap", { _ in .delivered })]
        for number in 1...14 {
            fates.append(("\(number) lost", { $0 == number ? .lost : .delivered }))
            for time: UInt64 in [3, 8, 700, 3000] {
                fates.append(
                    ("\(number) late", { $0 == number ? .late(.milliseconds(time)) : .delivered }))
                fates.append(
                    (
                        "\(number) repeated",
                        { $0 == number ? .repeated(after: .milliseconds(time)) : .delivered }
                    ))
            }
        }
        return fates
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func oneIKESAIsLeft(seed: UInt64) throws {
        for (name, fate) in Self.fates() {
            let pair = try play(.tunnel, seed: seed, fate: fate) { pair in
                pair.ping(from: pair.a)
                pair.ping(from: pair.b)
            }
            #expect(disagreement(pair.a, pair.b) == nil, "\(name)")
            #expect(pair.a.establishedSAs.count == 1, "\(name)")
            #expect(pair.a.kernel.entries.count == 2, "\(name)")
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func oneFurtherChildSAIsLeft(seed: UInt64) throws {
        for (name, fate) in Self.fates() {
            let pair = try play(.two, seed: seed, fate: { _ in .delivered }) { pair in
                pair.ping(from: pair.a)
            }
            pair.simulation.fate = fate
            pair.simulation.send(pair.flow("10.3.0.1", "10.4.0.1"), from: pair.a)
            pair.simulation.send(pair.flow("10.4.0.1", "10.3.0.1"), from: pair.b)
            _ = pair.settle(within: .seconds(100))
            pair.simulation.run(for: .seconds(5))
            #expect(pair.settle())
            #expect(disagreement(pair.a, pair.b) == nil, "\(name)")
            #expect(pair.a.establishedSAs.count == 1, "\(name)")
            #expect(pair.a.kernel.entries.count == 4, "\(name)")
        }
    }
}
