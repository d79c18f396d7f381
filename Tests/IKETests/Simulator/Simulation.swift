import Crypto
import Foundation
import IPsec
import Net
import Policy
import Wire

@testable import IKE

/// A network of engines with a hand-turned clock. A run repeats from its seed, but for the keys of
/// the Diffie-Hellman exchanges, which nothing that is observed depends on.
final class Simulation {
    /// What the network does to datagrams.
    struct Link {
        var loss = 0.0
        var duplication = 0.0
        var corruption = 0.0
        /// Milliseconds on the way, drawn evenly: a wide range reorders.
        var delay: ClosedRange<UInt64> = 1...1
    }

    /// What befalls a datagram.
    enum Fate {
        case delivered
        case lost
        case late(Interval)
        case repeated(after: Interval)
    }

    private enum Occurrence {
        case delivery(Datagram)
        case jobDone(host: Int, generation: Int, JobID, JobOutcome)
        case lifetime(host: Int, SADEntry.ID, isHard: Bool)
        case fetched(host: Int, generation: Int, FetchID, FetchKey, Fetched)
    }

    var link: Link
    private(set) var hosts: [Host] = []
    private(set) var now = Instant(nanoseconds: 1_000_000_000)
    private(set) var random: SeededRandom
    /// Every datagram that was sent, whether it arrived or not.
    private(set) var sent: [Datagram] = []
    /// How far the hosts' clocks are ahead of the real one, in seconds.
    var clockOffset: Int64 = 0
    /// Every NAT-keepalive packet.
    private(set) var keepAlives: [Datagram] = []
    /// How many that were, in runs that do not keep them.
    private(set) var sentCount = 0
    /// For runs in which much happens: no datagrams are kept, and only log lines that it wants.
    var isForgetful = false
    var wantsRecord: (LogRecord) -> Bool = { _ in true }
    /// Does the work of the workers in place of libcrypto.
    var standIn: SharedPair?
    /// Whether the kernels see to the lifetimes of what they hold.
    var hasLifetimes = false
    /// Jobs that are not done yet.
    private(set) var jobsUnderWay = 0
    /// May change or swallow a datagram before the link does: for tests of single messages.
    var interceptor: ((Datagram) -> Datagram?)?
    /// How long the one worker of each host takes for a job; `nil` for workers enough.
    var workTime: Interval?
    /// What befalls the datagrams, by number, instead of what the link draws.
    var fate: ((Int) -> Fate)? {
        didSet { sentWhenFated = sentCount }
    }
    private var sentWhenFated = 0
    /// Looks on after everything that happens.
    var observer: (() -> Void)?
    private var schedule = Schedule<Occurrence>()
    private var places: [IPAddress: Int] = [:]

    init(seed: UInt64, link: Link = Link()) {
        random = SeededRandom(seed: seed)
        self.link = link
    }

    // MARK: Building

    /// Adds a host that speaks by a configuration.
    @discardableResult
    func addHost(
        _ address: String, _ configuration: Policy.Configuration, keys: PresharedKeys,
        credentials: Credentials? = nil, answers: FetchAnswers = FetchAnswers(),
        settings: Engine.Settings = Engine.Settings(debug: .op)
    ) throws -> Host {
        let nonces = NonceBeginnings()
        let engine = try makeEngine(
            configuration, keys: keys, credentials: credentials, answers: answers,
            settings: settings, nonces: nonces)
        let host = Host(ip(address), engine: engine, nonces: nonces)
        places[host.address] = hosts.count
        hosts.append(host)
        return host
    }

    /// An engine whose randomness comes from the seed.
    func makeEngine(
        _ configuration: Policy.Configuration, keys: PresharedKeys,
        credentials: Credentials? = nil,
        answers: FetchAnswers = FetchAnswers(),
        settings: Engine.Settings = Engine.Settings(debug: .op),
        nonces: NonceBeginnings = NonceBeginnings()
    ) throws -> Engine {
        Engine(
            settings: settings, primitives: try Primitives(), configuration: configuration,
            presharedKeys: keys, credentials: try credentials ?? .none(),
            knownAnswers: answers,
            random: { [unowned self] count in
                var octets = self.random.octets(count)
                if count == Nonces.ownLength, let beginning = nonces.next() {
                    octets[0] = beginning
                }
                return octets
            },
            wallClock: { [unowned self] in Int64(time(nil)) + clockOffset })
    }

    /// Has a host send a packet; its kernel asks for an SA where it has none.
    func send(_ flow: Selector, from host: Host) {
        guard
            let acquire = host.kernel.send(
                flow, from: flow.source.first, to: flow.destination.first)
        else { return }
        handle(.acquire(acquire), host)
    }

    func loadPolicies() {
        for host in hosts { perform(host.loadPolicies(), host) }
    }

    // MARK: Running

    /// Hands an event to a host's engine.
    func handle(_ event: Event, _ host: Host) {
        perform(host.engine.handle(event, at: now), host)
        observer?()
    }

    /// Lets the next thing happen; `false` when nothing is left to wait for before `limit`.
    func step(before limit: Instant) -> Bool {
        let nextTime = schedule.next
        if let deadline = nextDeadline, deadline.time <= nextTime ?? .distantFuture {
            guard deadline.time <= limit else { return false }
            now = max(now, deadline.time)
            handle(.deadlineReached, hosts[deadline.host])
            return true
        }
        guard let nextTime, nextTime <= limit, let scheduled = schedule.removeFirst()
        else { return false }
        now = max(now, scheduled.time)
        switch scheduled.occurrence {
        case .delivery(let datagram):
            deliver(datagram)
            observer?()
        case .jobDone(let index, let generation, let id, let outcome):
            let host = hosts[index]
            jobsUnderWay -= 1
            if host.generation == generation { handle(.jobDone(id, outcome), host) }
        case .lifetime(let index, let id, let isHard):
            let host = hosts[index]
            if host.kernel.entries[id] != nil {
                handle(host.kernel.expire(id, isHard: isHard), host)
            }
        case .fetched(let index, let generation, let id, let key, let result):
            let host = hosts[index]
            if host.generation == generation { handle(.fetched(id, key, result), host) }
        }
        return true
    }

    private var nextDeadline: (time: Instant, host: Int)? {
        var next: (time: Instant, host: Int)?
        for index in hosts.indices {
            guard let time = hosts[index].engine.nextDeadline else { continue }
            if next.map({ time < $0.time }) ?? true { next = (time, index) }
        }
        return next
    }

    /// Runs for so long.
    func run(for interval: Interval) {
        let limit = now + interval
        while step(before: limit) {}
        now = max(now, limit)
    }

    /// Runs until a moment.
    func run(until limit: Instant) {
        if limit > now { run(for: limit.since(now)) }
    }

    /// Runs until something holds; `false` when it did not within so long.
    @discardableResult
    func run(for interval: Interval, until condition: () -> Bool) -> Bool {
        let limit = now + interval
        while !condition() {
            guard step(before: limit) else { return condition() }
        }
        return true
    }

    /// Whether nothing is under way: no datagram, no job, no request without response.
    var isQuiet: Bool {
        schedule.isEmpty
            && hosts.allSatisfy { host in
                host.engine.table.all.allSatisfy { sa in
                    switch sa.state {
                    case .established(let session):
                        sa.window.outstanding == nil && sa.queue.isEmpty && sa.postponed.isEmpty
                            && session.exchange == nil && session.granting == nil
                            && sa.children.allSatisfy { $0.isInstalled }
                    case .closed: true
                    default: false
                    }
                }
            }
    }

    // MARK: Effects

    private func perform(_ effects: [Effect], _ host: Host) {
        var pending = effects[...]
        while let effect = pending.popFirst() {
            switch effect {
            case .send(let datagram):
                sentCount += 1
                if !isForgetful { sent.append(datagram) }
                transmit(datagram)
            case .compute(let id, let job):
                guard let index = places[host.address] else { continue }
                jobsUnderWay += 1
                let outcome = standIn?.outcome(of: job) ?? job.run()
                add(
                    .jobDone(host: index, generation: host.generation, id, outcome),
                    after: workTime.map { host.work($0, at: now) }
                        ?? .milliseconds(UInt64.random(in: 0...2, using: &random)))
            case .install(let installation):
                let outcome = host.kernel.install(installation)
                if hasLifetimes { age(installation.entries.all, host) }
                pending = (host.engine.handle(outcome, at: now) + pending)[...]
            case .remove(let removal): host.kernel.remove(removal)
            case .move(let move):
                guard let failure = host.kernel.move(move) else { continue }
                pending = (host.engine.handle(failure, at: now) + pending)[...]
            case .movePolicies(let move):
                host.kernel.move(move)
                pending = (host.loadPolicies() + pending)[...]
            case .findPaths(let question):
                let answer = Event.paths(question, host.paths(to: question.remotes))
                pending = (host.engine.handle(answer, at: now) + pending)[...]
            case .keepAlive(let pair):
                let datagram = Datagram(octets: [0xFF], local: pair.local, remote: pair.remote)
                keepAlives.append(datagram)
                _ = interceptor?(datagram)
            case .measure(let question):
                let answer = Event.measured(question.ikeSA, host.kernel.measure(question))
                pending = (host.engine.handle(answer, at: now) + pending)[...]
            case .fetch(let id, let questions):
                guard let index = places[host.address] else { continue }
                for question in questions {
                    guard let answer = host.web.answer(question) else { continue }
                    add(
                        .fetched(
                            host: index, generation: host.generation, id, question.key,
                            answer.result), after: answer.delay)
                }
            case .abandonFetch(let id): host.web.abandoned.append(id)
            case .keep(let key, let answer): host.web.kept.keep(answer, to: key)
            case .log(let record):
                if wantsRecord(record) { host.record(record) }
            case .finished: host.finish()
            }
        }
    }

    private func transmit(_ original: Datagram) {
        guard let datagram = interceptor.map({ $0(original) }) ?? original,
            host(at: datagram.remote.address) != nil
        else { return }
        if let fate {
            let delay = Interval.milliseconds(link.delay.lowerBound)
            switch fate(sentCount - sentWhenFated) {
            case .delivered: add(.delivery(datagram), after: delay)
            case .lost: break
            case .late(let time): add(.delivery(datagram), after: time)
            case .repeated(let time):
                add(.delivery(datagram), after: delay)
                add(.delivery(datagram), after: time)
            }
            return
        }
        if random.chance(link.loss) { return }
        let copies = random.chance(link.duplication) ? 2 : 1
        for _ in 0..<copies {
            var octets = datagram.octets
            if random.chance(link.corruption), !octets.isEmpty {
                let place = Int.random(in: 0..<octets.count, using: &random)
                octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            add(
                .delivery(
                    Datagram(octets: octets, local: datagram.local, remote: datagram.remote)),
                after: .milliseconds(UInt64.random(in: link.delay, using: &random)))
        }
    }

    /// The host that has an address now; most have the one that they began with.
    private func host(at address: IPAddress) -> Host? {
        if let place = places[address], hosts[place].addresses.contains(address) {
            return hosts[place]
        }
        return hosts.first { $0.addresses.contains(address) }
    }

    private func deliver(_ datagram: Datagram) {
        guard let host = host(at: datagram.remote.address) else { return }
        let reception = host.engine.receive(
            datagram.octets.span, local: datagram.remote, remote: datagram.local, at: now)
        if let answer = reception.answer {
            let reply = Datagram(
                octets: answer.encoded(), local: datagram.remote, remote: datagram.local)
            perform([.send(reply)], host)
        }
        perform(reception.effects, host)
    }

    /// Puts octets on the wire that no engine sent.
    func inject(_ octets: [UInt8], from: SocketAddress, to: SocketAddress) {
        deliver(Datagram(octets: octets, local: from, remote: to))
    }

    private func add(_ occurrence: Occurrence, after interval: Interval) {
        schedule.add(occurrence, at: now + interval)
    }

    /// The kernel of a host will tell of the lifetimes of what it has been given.
    private func age(_ entries: [SADEntry], _ host: Host) {
        guard let index = places[host.address] else { return }
        for entry in entries {
            for (seconds, isHard) in [
                (entry.lifetime.softSeconds, false), (entry.lifetime.hardSeconds, true),
            ] {
                guard let seconds = seconds.flatMap({ UInt32(exactly: $0) }) else { continue }
                add(.lifetime(host: index, entry.id, isHard: isHard), after: .seconds(seconds))
            }
        }
    }
}

/// What the next nonces of a host begin with, for tests in which their order decides.
final class NonceBeginnings {
    var octets: [UInt8] = []

    func next() -> UInt8? { octets.isEmpty ? nil : octets.removeFirst() }
}

extension Instant {
    static let distantFuture = Instant(nanoseconds: .max)
}
