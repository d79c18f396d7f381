import IPsec
import Net
import Testing
import Wire

@testable import IKE

/// A pair with an IKE SA and a Child SA, whose SAs age when a test wants it. After everything that
/// happens it looks for what must never be: packets sent with an SA that the peer does not hold.
final class RekeyRun {
    let pair: Pair
    /// What was wrong first.
    private(set) var fault: String?
    /// For tests in which an end has lost its SAs.
    var isBlackHoleAllowed = false
    private let sentBefore: Int

    init(
        seed: UInt64 = 1, _ setup: Pair.Setup = Pair.Setup(), initiator: Int = 0,
        between addresses: [String] = ["10.1.0.1", "10.2.0.1"], isSettled: Bool = true
    ) throws {
        pair = try Pair(seed: seed, setup)
        pair.simulation.send(
            pair.flow(addresses[initiator], addresses[1 - initiator]),
            from: pair.simulation.hosts[initiator])
        if isSettled {
            #expect(pair.settle())
        } else {
            // Something is planned, for later.
            pair.simulation.run(for: .milliseconds(100))
        }
        #expect(pair.a.kernel.entries.count == 2)
        sentBefore = pair.simulation.sent.count
        pair.simulation.observer = { [unowned self] in look() }
    }

    /// Datagrams sent since both SAs stood.
    var messages: Int { pair.simulation.sent.count - sentBefore }

    private func look() {
        guard fault == nil, !isBlackHoleAllowed else { return }
        for (host, peer) in [(pair.a, pair.b), (pair.b, pair.a)] {
            for reqid: UInt32 in [1, 2] {
                guard let entry = host.kernel.sending(reqid: reqid) else { continue }
                if peer.kernel.entries[entry.id]?.direction != .inbound {
                    fault = "\(host.address) sends with \(entry.id), which the peer does not hold"
                }
            }
        }
    }

    /// The oldest Child SA of a host reaches its soft lifetime, or its hard one.
    func expire(_ host: Host, isHard: Bool) {
        guard let entry = host.kernel.outbound.first else { return }
        pair.simulation.handle(host.kernel.expire(entry.id, isHard: isHard), host)
    }

    func expireSoftly(_ host: Host) { expire(host, isHard: false) }

    /// The IKE SA of a host comes to its time, or to its end.
    func rekeyIKE(_ host: Host) {
        guard let sa = host.oldestSA else { return }
        sa.rekeyAt = pair.simulation.now
        host.engine.rearm(sa)
        pair.simulation.handle(.deadlineReached, host)
    }

    func endIKE(_ host: Host) {
        guard let sa = host.oldestSA else { return }
        sa.expiry = pair.simulation.now
        host.engine.rearm(sa)
        pair.simulation.handle(.deadlineReached, host)
    }

    /// Both ends hold the same, so much of it, and nothing was ever sent in vain.
    func expectAgreement(
        children: ClosedRange<Int> = 1...1, ikeSAs: Int = 1,
        _ comment: @autoclosure () -> String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found =
            fault ?? disagreement(pair.a, pair.b)
            ?? count("Child SAs", pair.a.kernel.entries.count / 2, children)
            ?? count("IKE SAs", pair.a.establishedSAs.count, ikeSAs...ikeSAs)
        if let found {
            Issue.record("\(comment()): \(found)", sourceLocation: sourceLocation)
        }
    }

    private func count(_ what: String, _ count: Int, _ expected: ClosedRange<Int>) -> String? {
        expected.contains(count) ? nil : "\(count) \(what), not \(expected)"
    }
}

extension Host {
    fileprivate var oldestSA: IKESA? {
        establishedSAs.min {
            ($0.createdAt, $0.localSPI.rawValue) < ($1.createdAt, $1.localSPI.rawValue)
        }
    }
}
