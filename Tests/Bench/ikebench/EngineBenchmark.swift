import CAllocations
import Crypto

/// What the engine itself costs: no socket, no kernel, no thread.
enum EngineBenchmark {
    /// Time and allocations of so many handshakes.
    static func handshakes(_ groups: [Group], count: Int, rules: Int) throws {
        for group in groups {
            let primitives = try group.ownPrimitives()
            let pair = try EnginePair(group, rules: rules)
            pair.establish(count)
            guard pair.established == count else {
                print(
                    "only \(pair.established) of \(count) handshakes with \(group.name) succeeded")
                continue
            }
            heading("\(group.name), \(count) handshakes in one process, \(rules) rules; each")
            row("libcrypto: key generation", primitives.generate, "us")
            row("libcrypto: derivation", primitives.derive, "us")
            table("responder", pair.responderLedger, count)
            table("initiator", pair.initiatorLedger, count)
            table("jobs of both sides", pair.jobs, count)
        }
    }

    private static func table(_ name: String, _ ledger: EnginePair.Ledger, _ count: Int) {
        for (step, cost) in ledger.steps {
            row(
                "  \(step)", cost.microseconds(per: count),
                "us"
                    + "   \(decimal(cost.allocations(per: count), digits: 1)) allocations")
        }
        row(
            "\(name), in all", ledger.total.microseconds(per: count),
            "us"
                + "   \(decimal(ledger.total.allocations(per: count), digits: 1)) allocations")
    }

    /// What our way through libcrypto costs beside the plain one, for each group.
    static func exchanges(_ groups: [Group]) throws {
        heading("A key exchange, one side: the plain way through libcrypto, and ours; us")
        for group in groups {
            let plain = try group.plainPrimitives()
            let own = try group.ownPrimitives()
            row(
                group.name, own.sum, "us", goal: "<= \(decimal(plain.sum * 1.1, digits: 0))",
                note: "generate \(decimal(plain.generate, digits: 0)) plain, "
                    + "\(decimal(own.generate, digits: 0)) ours; derive "
                    + "\(decimal(plain.derive, digits: 0)) plain, "
                    + "\(decimal(own.derive, digits: 0)) ours", digits: 0)
        }
    }

    /// Heap of so many SA pairs, by ending one engine after the other.
    static func memory(_ group: Group, count: Int, histogram: Bool) throws(CryptoError) {
        if histogram { allocations_sort() }
        let pair = try EnginePair(group)
        pair.establish(64)
        let before = allocations_octets_in_use()
        let blocksBefore = histogramNow()
        pair.establish(count)
        let both = allocations_octets_in_use()
        heading("Heap of \(count) IKE SAs with a Child SA, \(group.name), octets an SA pair")
        row("both sides", Double(both - before) / Double(count), "octets", digits: 0)
        let blocksBoth = histogramNow()
        pair.dropInitiator()
        let one = allocations_octets_in_use()
        let blocksOne = histogramNow()
        row(
            "initiator", Double(both - one) / Double(count + 64), "octets", goal: "<= 3072",
            digits: 0)
        pair.dropResponder()
        let none = allocations_octets_in_use()
        row(
            "responder", Double(one - none) / Double(count + 64), "octets", goal: "<= 3072",
            digits: 0)
        guard histogram else { return }
        let blocksNone = histogramNow()
        print("size  initiator  responder   (blocks an SA pair)")
        for size in blocksBoth.indices {
            let initiator = Double(blocksBoth[size] - blocksOne[size]) / Double(count + 64)
            let responder = Double(blocksOne[size] - blocksNone[size]) / Double(count + 64)
            guard initiator > 0.004 || responder > 0.004 else { continue }
            print(
                size * 16, decimal(initiator, digits: 2), decimal(responder, digits: 2),
                separator: "\t")
        }
        _ = blocksBefore
    }

    private static func histogramNow() -> [Int64] {
        (0..<Int32(allocations_classes)).map { allocations_blocks($0) }
    }
}
