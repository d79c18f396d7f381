import Glibc
import IKE
import Net
import Reactor

/// Strangers flood the daemon's front door as fast as it can answer, while an honest peer sets up
/// its SAs and uses them.
///
/// The honest peer must succeed in everything, the daemon's memory must not follow the flood, and
/// the daemon must have counted every cookie that anybody was asked for.
struct FloodTest {
    let program: String
    let site: DaemonProcess.Site

    /// Octets by which the daemon's own memory may grow from when its door asks: for the honest
    /// peer, and three for each of the least number of strangers.
    private static let growth = 256 << 10
    /// The door asks by then: its half-open SAs have the memory that they are granted.
    private static let prelude = 20_000
    /// More at a time while the honest peer is not through.
    private static let extra = 10_000
    private static let honest = IPAddress.v4(10 << 24 | 100 << 16 | 1)
    private static let sampling: UInt64 = 200_000_000
    /// A daemon that answers is done in a tenth of it.
    private static let patience: UInt64 = 45_000_000_000

    private static let duringFlood: [HonestPeer.Deed] = [
        .setUp, .createChild, .liveness, .createChild, .rekeyChild, .liveness, .createChild,
    ]
    private static let afterFlood: [HonestPeer.Deed] = [.createChild, .rekeyChild, .liveness]

    /// Floods with so many datagrams, and more until the honest peer is through.
    func run(_ group: Group, count: Int) throws {
        try site.configure(group, silence: HonestPeer.silenceSeconds)
        let daemon = try DaemonProcess(program, at: site)
        let loop = try EventLoop()
        let knock = try Knock(group)
        let flood = try Flood(knock, at: SocketAddress(Setting.daemon, port: 500), on: loop)
        let peer = try HonestPeer(group, at: Self.honest, on: loop)
        var memory = [try daemon.memory().anonymous]

        let began = nanoseconds(CLOCK_MONOTONIC)
        flood.extend(by: count)
        try serve(loop, flood, peer, Self.duringFlood, startingAt: Self.prelude) {
            if flood.tally.sent >= Self.prelude { memory.append(try daemon.memory().anonymous) }
        }
        let seconds = Double(nanoseconds(CLOCK_MONOTONIC) - began) / 1_000_000_000
        try serve(loop, flood, peer, Self.afterFlood, startingAt: 0) {}
        memory.append(try daemon.memory().anonymous)

        let tally = flood.tally
        row(
            "strangers' IKE_SA_INIT requests", Double(tally.sent), "",
            note: "\(decimal(Double(tally.sent) / seconds, digits: 0)) a second; "
                + "\(tally.cookies) asked for a cookie, \(tally.lost) lost", digits: 0)
        row(
            "  what the honest peer did meanwhile and afterwards", Double(peer.deeds.count), "",
            goal: "\(Self.duringFlood.count + Self.afterFlood.count)",
            note: "cookies asked of it: \(peer.cookies)", digits: 0)
        try verifyCount(try daemon.dump(), flood, peer)
        try verify(memory)
    }

    /// Lets the flood and the honest peer live until both are through.
    private func serve(
        _ loop: EventLoop, _ flood: Flood, _ peer: HonestPeer, _ deeds: [HonestPeer.Deed],
        startingAt prelude: Int, sample: @escaping () throws -> Void
    ) throws {
        var rest = deeds[...]
        var failure: (any Error)?
        let timer = loop.makeTimer {}
        let began = loop.now
        var sampledAt: UInt64 = 0
        let isFlooded = !flood.isOver
        loop.afterTurn = {
            flood.turn()
            if peer.isIdle, flood.tally.sent >= prelude, let deed = rest.popFirst() {
                peer.undertake(deed)
            }
            peer.turn()
            let isThrough = rest.isEmpty && peer.isIdle
            if isFlooded, !isThrough, flood.isOver { flood.extend(by: Self.extra) }
            if loop.now >= sampledAt + Self.sampling {
                sampledAt = loop.now
                do { try sample() } catch { failure = error }
            }
            timer.set(deadline: sampledAt + Self.sampling)
            if let reason = peer.failure {
                failure = Failure("the honest peer fails: \(reason)")
            } else if loop.now > began + Self.patience {
                failure = Failure(
                    "it takes too long: \(flood.tally.answered) of \(flood.tally.sent) answered")
            }
            if failure != nil || isThrough && flood.isOver { loop.stop() }
        }
        try loop.run()
        timer.cancel()
        if let failure { throw failure }
    }

    private func verifyCount(
        _ dump: [String], _ flood: Flood, _ peer: HonestPeer
    ) throws {
        let words = dump.first { $0.contains("front door: cookies: ") }?.split(separator: " ") ?? []
        guard let place = words.firstIndex(of: "sent,"), place > 0,
            let counted = Int(words[place - 1])
        else { throw Failure("the daemon tells nothing of cookies") }
        let received = flood.tally.cookies + peer.cookies
        row(
            "  cookies that the daemon has counted", Double(counted), "",
            goal: flood.tally.lost == 0
                ? "\(received)" : "\(received) to \(received + flood.tally.lost)",
            digits: 0)
        guard (received...received + flood.tally.lost).contains(counted) else {
            throw Failure("the daemon has counted \(counted) cookies, \(received) came")
        }
        guard peer.cookies > 0, flood.tally.cookies > flood.tally.sent / 2 else {
            throw Failure("the door did not ask")
        }
    }

    /// The daemon's own memory in KiB: before anything, then while its door asks, and afterwards.
    private func verify(_ memory: [Double]) throws {
        guard memory.count > 3 else { throw Failure("the flood was over before it was measured") }
        let most = memory.dropFirst().max() ?? 0
        let growth = (most - memory[1]) * 1024
        row(
            "  growth of the daemon's own memory", growth, "octets", goal: "<= \(Self.growth)",
            note: "\(decimal(memory[0], digits: 0)) KB before, "
                + "\(decimal(memory[1], digits: 0)) when the door asked, "
                + "\(decimal(most, digits: 0)) at the most, "
                + "\(decimal(memory[memory.count - 1], digits: 0)) afterwards", digits: 0)
        guard growth <= Double(Self.growth) else {
            throw Failure("the daemon's memory follows the flood")
        }
    }
}
