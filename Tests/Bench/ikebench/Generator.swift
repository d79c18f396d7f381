import Crypto
import Glibc
import IKE
import IPsec
import Net
import Policy
import Reactor

/// All peers of a daemon in one process: one engine that has many addresses, and a kernel that
/// agrees to everything.
final class Generator {
    /// Which side the daemon is on.
    enum DaemonRole: String, CaseIterable {
        case responder, initiator
    }

    /// Addresses of ours, as contrib/bench sets the namespaces up: the daemon's policy for the
    /// first half wants tunnels, for the second transport mode, in which the packet's own addresses
    /// are the SA's.
    private static let initiators: UInt32 = 10 << 24 | 64 << 16 | 1
    private static let responders: UInt32 = 10 << 24 | 128 << 16 | 1

    /// Nothing that works takes as long for one handshake.
    private static let patience: UInt64 = 20_000_000_000

    private let role: DaemonRole
    private let engine: Engine
    private let loop: EventLoop
    private let socket: UDPSocket
    private var watch: Watch?
    private var timer: Timer?
    /// Where a packet goes out that meets the daemon's policy.
    private let trigger: UDPSocket?
    private var begun: UInt32 = 0
    private var established = 0
    private var progressAt: UInt64 = 0
    private var lastWarning = "no warning"
    private var failure: Failure?
    /// Called at the end of each turn: begins what is to begin, and says whether all is done.
    private var proceed: () -> Bool = { true }

    init(
        _ role: DaemonRole, _ group: Group, _ keystores: Keystores? = nil,
        namespace: NetworkNamespace
    ) throws {
        self.role = role
        let settings = Engine.Settings()
        engine = Engine(
            settings: settings, primitives: try Primitives(),
            configuration: Setting.configuration(group, keystores),
            presharedKeys: Setting.presharedKeys(),
            credentials: try keystores?.credentials() ?? .none(),
            random: { randomOctets($0) }, wallClock: { Int64(time(nil)) })
        loop = try EventLoop()
        socket = try UDPSocket(family: .v4, port: settings.ikePort, on: loop)
        trigger = role == .initiator ? try Self.makeTrigger(namespace, loop) : nil
        watch = try loop.watch(socket.descriptorNumber) { [unowned self] in receive() }
        timer = loop.makeTimer { [unowned self] in wake() }
        loop.afterTurn = { [unowned self] in endTurn() }
        perform(engine.handle(.policies(Setting.policies(mode: .transport)), at: now))
    }

    private static func makeTrigger(
        _ namespace: NetworkNamespace, _ loop: EventLoop
    ) throws -> UDPSocket {
        try namespace.run {
            // The kernel asks but once for each SA, and remembers what it asked earlier daemons.
            guard end(of: try spawn("ip", ["xfrm", "state", "flush"])) == 0 else {
                throw Failure("ip xfrm state flush fails")
            }
            return try UDPSocket(family: .v4, port: 0, on: loop)
        }
    }

    /// Makes so many more IKE SAs, each with a Child SA and with a peer of its own, with up to
    /// `window` handshakes under way at a time.
    func establish(_ count: Int, window: Int) throws {
        let goal = established + count
        try serve { [unowned self] in
            while Int(begun) < min(goal, established + window) { begin() }
            return established >= goal
        }
    }

    /// Deletes every IKE SA, and waits until the daemon has agreed to each.
    func deleteAll() throws {
        perform(engine.handle(.configuration(Configuration(), PresharedKeys()), at: now))
        try serve { [unowned self] in engine.nextDeadline == nil }
    }

    private var now: Instant { Instant(nanoseconds: loop.now) }

    private func serve(_ proceed: @escaping () -> Bool) throws {
        self.proceed = proceed
        progressAt = loop.now
        try loop.run()
        if let failure { throw failure }
    }

    private func begin() {
        switch role {
        case .responder:
            let address = IPAddress.v4(Self.initiators + begun)
            let acquire = Setting.acquire(address, Setting.daemon, sequence: begun + 1)
            perform(engine.handle(.acquire(acquire), at: now))
        case .initiator:
            // The discard port of RFC 863. The packet is dropped, and the daemon's kernel asks
            // for an SA.
            trigger?.send(
                [0], from: SocketAddress(Setting.daemon, port: 0),
                to: SocketAddress(.v4(Self.responders + begun), port: 9))
            trigger?.flush()
        }
        begun += 1
    }

    private func receive() {
        do {
            try socket.receive { octets, remote, local in
                perform(
                    engine.receive(octets, local: local, remote: remote, at: now).effects)
            }
        } catch {
            fail("receive: \(error)")
        }
    }

    private func wake() {
        perform(engine.handle(.deadlineReached, at: now))
        if loop.now > progressAt + Self.patience {
            fail("\(established) of \(begun) handshakes succeeded; \(lastWarning)")
        }
    }

    private func fail(_ message: String) {
        failure = Failure(message)
        loop.stop()
    }

    private func endTurn() {
        if proceed() { loop.stop() }
        socket.flush()
        let limit = progressAt + Self.patience + 1
        timer?.set(deadline: min(engine.nextDeadline?.nanoseconds ?? limit, limit))
    }

    private func perform(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .send(let datagram):
                socket.send(datagram.octets, from: datagram.local, to: datagram.remote)
            case .compute(let id, let job):
                perform(engine.handle(.jobDone(id, job.run()), at: now))
            case .install(let installation):
                established += 1
                progressAt = loop.now
                perform(engine.handle(.installed(installation.reference), at: now))
            case .measure(let question):
                perform(engine.handle(.measured(question.ikeSA, []), at: now))
            case .log(let record):
                if record.severity == .warning { lastWarning = record.message }
            case .fetch, .abandonFetch, .keep: break
            case .remove, .move, .movePolicies, .keepAlive, .findPaths, .finished: break
            }
        }
    }
}
