import Crypto
import IKE
import IPsec
import Net
import Policy
import Reactor
import Wire

/// A peer that does what peers do, one thing after another. It lives on our loop, so that others,
/// less honest, can live there too.
final class HonestPeer {
    /// What it can undertake.
    enum Deed: String {
        case setUp = "an IKE SA with its Child SA"
        case createChild = "a further Child SA"
        case rekeyChild = "the rekeying of a Child SA"
        case liveness = "the question whether the other lives, asked and answered"
    }

    /// How long the daemon's and its own rules let silence last.
    static let silenceSeconds: UInt32 = 1
    /// Nothing that works takes as long.
    private static let patience: UInt64 = 20_000_000_000

    private let engine: Engine
    private let loop: EventLoop
    private let socket: UDPSocket
    private let address: IPAddress
    private var watch: Watch?
    private var timer: Timer?
    private var acquires: UInt32 = 0
    /// The SAs that a kernel would hold.
    private var entries: [SADEntry.ID: SADEntry] = [:]
    /// How many Child SAs there are to be.
    private var children = 0
    private var deed: Deed?
    private var begunAt: UInt64 = 0
    /// The Child SA that is to be replaced.
    private var replaced: SADEntry.ID?
    private var hasAsked = false
    private var hasAnswered = false

    /// What has been done so far.
    private(set) var deeds: [Deed] = []
    /// How often it was asked for a cookie.
    private(set) var cookies = 0
    /// What went wrong.
    private(set) var failure: String?

    init(_ group: Group, at address: IPAddress, on loop: EventLoop) throws {
        self.address = address
        self.loop = loop
        let settings = Engine.Settings()
        engine = try Setting.engine(group, silence: Self.silenceSeconds)
        socket = try UDPSocket(family: .v4, port: settings.ikePort, on: loop)
        watch = try loop.watch(socket.descriptorNumber) { [unowned self] in receive() }
        timer = loop.makeTimer { [unowned self] in wake() }
    }

    /// Whether it has nothing to do.
    var isIdle: Bool { deed == nil }

    /// Begins to do something; there must be nothing else under way.
    func undertake(_ deed: Deed) {
        self.deed = deed
        begunAt = loop.now
        switch deed {
        case .setUp, .createChild:
            acquires += 1
            children += 1
            let acquire = Setting.acquire(address, Setting.daemon, sequence: acquires)
            perform(engine.handle(.acquire(acquire), at: now))
        case .rekeyChild:
            guard let old = entries.first(where: { $0.value.direction == .outbound })?.key else {
                failure = "there is no Child SA to be rekeyed"
                return
            }
            replaced = old
            perform(engine.handle(.expire(Expire(id: old, isHard: false)), at: now))
        case .liveness:
            hasAsked = false
            hasAnswered = false
        }
    }

    private var isDone: Bool {
        switch deed {
        case nil: false
        case .setUp, .createChild: entries.count == 2 * children
        case .rekeyChild:
            entries.count == 2 * children && replaced.map { entries[$0] == nil } == true
        case .liveness: hasAsked && hasAnswered
        }
    }

    /// To be called when a turn of the loop ends.
    func turn() {
        socket.flush()
        if let deed, isDone {
            deeds.append(deed)
            self.deed = nil
        }
        var wakeAt = engine.nextDeadline?.nanoseconds
        if let deed {
            let limit = begunAt + Self.patience
            if loop.now >= limit { failure = failure ?? "\(deed.rawValue) takes too long" }
            wakeAt = min(wakeAt ?? limit, limit)
        }
        if let wakeAt { timer?.set(deadline: wakeAt) } else { timer?.cancel() }
    }

    private var now: Instant { Instant(nanoseconds: loop.now) }

    private func wake() { perform(engine.handle(.deadlineReached, at: now)) }

    private func receive() {
        do {
            try socket.receive { octets, remote, local in
                note(octets, isOurs: false)
                if Knock.asksForCookie(octets) { cookies += 1 }
                let reception = engine.receive(octets, local: local, remote: remote, at: now)
                reception.answer?.withOctets { socket.send($0, from: local, to: remote) }
                perform(reception.effects)
            }
        } catch {
            failure = "receive: \(error)"
        }
    }

    /// Takes note of answers to the question whether somebody lives.
    private func note(_ octets: Span<UInt8>, isOurs: Bool) {
        guard let header = try? Header(decoding: octets), header.exchange == .informational,
            header.isResponse
        else { return }
        if isOurs { hasAnswered = true } else { hasAsked = true }
    }

    private func perform(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .send(let datagram):
                note(datagram.octets.span, isOurs: true)
                socket.send(datagram.octets, from: datagram.local, to: datagram.remote)
            case .compute(let id, let job):
                perform(engine.handle(.jobDone(id, job.run()), at: now))
            case .install(let installation):
                for entry in installation.entries.all { entries[entry.id] = entry }
                perform(engine.handle(.installed(installation.reference), at: now))
            case .measure(let question):
                // No packets pass here, so nobody knows whether the other lives.
                perform(engine.handle(.measured(question.ikeSA, []), at: now))
            case .remove(let removal): for id in removal.ids.all { entries[id] = nil }
            case .log(let record):
                // Peers that are served well have nothing to warn of.
                if record.severity == .warning || record.severity == .error {
                    failure = failure ?? record.message
                }
            case .fetch, .abandonFetch, .keep: break
            case .move, .movePolicies, .keepAlive, .findPaths, .finished: break
            }
        }
    }
}
