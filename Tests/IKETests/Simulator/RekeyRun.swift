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
    /// Whether nothing holds the datagrams up, so that what is redundant goes within a round trip.
    var isPunctual = false
    /// Since when an end has held more than one SA of a kind though nothing new is being made.
    private var redundantSince: Instant?
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

    /// What an end may hold at the most, of Child SAs and of IKE SAs: an old one, and one new one
    /// from either end.
    private static let most = 3
    /// A datagram there and one back.
    private static let roundTrip = Interval.milliseconds(2)

    private func look() {
        guard fault == nil else { return }
        for host in [pair.a, pair.b] {
            let (ikeSAs, children) = host.holdings
            if max(ikeSAs, children) > Self.most {
                fault = "\(host.address) holds \(ikeSAs) IKE SAs and \(children) Child SAs"
            }
        }
        lookForRedundancy()
        if !isBlackHoleAllowed { lookForBlackHoles() }
    }

    private func lookForRedundancy() {
        guard isPunctual, [pair.a, pair.b].allSatisfy({ !$0.isMakingSAs }),
            [pair.a, pair.b].contains(where: { $0.holdings.ikeSAs > 1 || $0.holdings.children > 1 })
        else {
            redundantSince = nil
            return
        }
        let now = pair.simulation.now
        let since = redundantSince ?? now
        redundantSince = since
        if now.since(since) > Self.roundTrip {
            fault = "a redundant SA stands for \(now.since(since))"
        }
    }

    private func lookForBlackHoles() {
        for (host, peer) in [(pair.a, pair.b), (pair.b, pair.a)] {
            if host.kernel.outbound.isEmpty { fault = "\(host.address) has nothing to send with" }
            for reqid: UInt32 in [1, 2] {
                guard let entry = host.kernel.sending(reqid: reqid) else { continue }
                if peer.kernel.entries[entry.id]?.direction != .inbound {
                    fault = "\(host.address) sends with \(entry.id), which the peer does not hold"
                }
            }
        }
    }

    /// Something of a story happens to a host.
    func happen(_ happening: Story.Happening, to host: Host) {
        switch happening {
        case .childAges: expire(host, isHard: false)
        case .childExpires: expire(host, isHard: true)
        case .ikeAges: rekeyIKE(host)
        case .ikeExpires: endIKE(host)
        case .childDeleted: retire(host.establishedSAs.first?.children.first, of: host)
        case .newChildDeleted: retire(host.establishedSAs.first?.children.last, of: host)
        case .childLost:
            guard let sa = host.establishedSAs.first, let child = sa.children.first else { return }
            host.engine.drop(child, of: sa)
            host.kernel.remove(child.removal)
        }
    }

    private func retire(_ child: ChildSA?, of host: Host) {
        guard let child, let sa = host.establishedSAs.first else { return }
        host.engine.retire(child, of: sa)
        pair.simulation.handle(.deadlineReached, host)
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
    /// How many SAs of each kind it holds, those that are about to go among them.
    var holdings: (ikeSAs: Int, children: Int) {
        let standing = engine.table.all.filter { $0.identities != nil }
        return (standing.count, standing.reduce(0) { $0 + $1.children.count })
    }

    /// Whether an exchange is under way in which an SA is made.
    fileprivate var isMakingSAs: Bool {
        engine.table.all.contains { sa in
            guard let session = sa.session else { return false }
            if session.granting != nil { return true }
            return switch session.exchange {
            case .createChild, .rekeyIKE: true
            case .deleteChild, .probe, .updateAddresses, .announceAddresses, .checkReturn, nil:
                false
            }
        }
    }

    fileprivate var oldestSA: IKESA? {
        establishedSAs.min {
            ($0.createdAt, $0.localSPI.rawValue) < ($1.createdAt, $1.localSPI.rawValue)
        }
    }
}
