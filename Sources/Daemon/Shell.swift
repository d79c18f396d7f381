import Admin
import CLinux
import Crypto
import IKE
import IPsec
import Kernel
import Keystore
import Net
import Policy
import Reactor
import Wire

/// The engine's hands and ears: it turns what happens into events and effects into calls, on the
/// one thread that owns all of this.
final class Shell {
    let properties: Properties
    let files: ConfigurationFiles
    /// The keystore as it was read last.
    var keystore: Keystore
    /// The preshared keys as they were read last.
    var presharedKeys: PresharedKeys
    /// The certificate policy as it was read last.
    var policy: PolicyEntry
    /// What has been said of certificates that end.
    var expiries = ExpiryWatch()
    /// Waits until there is more to say.
    var expiryTimer: Timer?
    let sink: LogSink
    let kernel: XFRM
    let hostAddresses: HostAddresses
    let engine: Engine
    let serviceManager: ServiceManager?
    let sockets: Sockets
    let loop: EventLoop
    var workers: Workers?
    /// Where ikeadm(8) connects; `nil` where that could not be.
    private(set) var listener: LocalListener?
    /// Serves those who connect.
    var administration: AdminServer?
    /// How much of what is secret those may touch.
    var privilege: Privilege
    /// Asks others about certificates.
    private(set) var fetcher: Fetcher?
    let answerFiles: AnswerFiles
    /// Keeps a disk that takes no files from filling the log.
    private var unkept = Allowance()
    private var timer: Timer?
    /// Waits to look again for a token that is absent.
    var tokenTimer: Timer?
    /// Waits until the service manager wants to hear that the loop turns.
    private var watchdogTimer: Timer?
    /// A PIN that is being tried.
    var login: TokenLogin?
    /// Waits until the host's addresses have settled.
    var addressTimer: Timer?
    /// An interface that comes up brings many changes of addresses and routes, of which only the
    /// last counts; where a routing daemon is at work they never end.
    var addressChanges = Settling(rest: 250_000_000, patience: 2_000_000_000)
    private var watches: [Watch] = []
    /// Our copy of the kernel's policies.
    var policies = SecurityPolicyDatabase()
    /// What ipsecconf(8) says of them.
    var policyState: PolicyStateFile
    /// Changes of the policies that the engine has not heard of.
    var policyChanges = 0
    /// Keeps a policy that nobody can serve from filling the log.
    var unservedPolicies = Allowance()
    /// Keeps a peer that cannot be reached from filling the log.
    private var unsent = Allowance()
    private var memory = MemoryReturn()
    private var isLeaving = false
    /// Why the daemon cannot go on.
    private var failure: Failure?

    /// Starts the workers and begins to listen; nothing is served before ``run()``.
    init(
        _ properties: Properties, files: ConfigurationFiles, contents: ConfigurationFiles.Contents,
        sink: LogSink, kernel: XFRM, sockets: Sockets, listener: LocalListener?, loop: EventLoop,
        serviceManager: ServiceManager?
    ) throws(Failure) {
        self.properties = properties
        privilege = properties.allowKeydump ? .keyMaterial : .modifyingKeys
        self.files = files
        keystore = contents.keystore
        presharedKeys = contents.keys
        self.listener = listener
        policy = contents.policy
        self.sink = sink
        self.kernel = kernel
        self.sockets = sockets
        self.loop = loop
        self.serviceManager = serviceManager
        policyState = PolicyStateFile(path: properties.policyState, owner: files.owner)
        answerFiles = AnswerFiles(
            directory: "\(properties.keystore)/cache", owner: files.owner)
        do throws(KernelError) {
            hostAddresses = try HostAddresses()
        } catch {
            throw Failure(error.description)
        }
        do throws(CryptoError) {
            let pool = RandomPool()
            var report = Report()
            let answers = answerFiles.load(at: Int64(time(nil)), into: &report)
            sink.write(report)
            engine = Engine(
                settings: Engine.Settings(
                    responseWaitTime: .seconds(properties.responseWaitTime),
                    ikePort: properties.ikePort, nattPort: properties.nattPort,
                    fragmentationMTU: properties.fragmentationEnable
                        ? properties.fragmentationMTU : nil,
                    debug: properties.debugLevel),
                primitives: try Primitives(), configuration: contents.configuration,
                presharedKeys: contents.keys, credentials: contents.credentials,
                knownAnswers: answers, random: { pool.octets($0) }, wallClock: { Int64(time(nil)) })
        } catch {
            throw Failure("libcrypto: \(error)")
        }
        do throws(ReactorError) { try listen() } catch { throw Failure(error.description) }
        workers?.prepare(for: contents.configuration)
        listenForAdministrators()
        readAddresses()
        try readPolicies()
    }

    /// Serves until told to end.
    func run() throws(Failure) {
        if let serviceManager { sockets.keep(with: serviceManager) }
        serviceManager?.ready()
        watchdogTimer = loop.makeTimer { [unowned(unsafe) self] in feedWatchdog() }
        feedWatchdog()
        announceExpiries()
        do throws(ReactorError) { try loop.run() } catch { throw Failure(error.description) }
        fetcher?.shutdown()
        workers?.shutdown()
        watches = []
        administration = nil
        listener = nil
        if let failure { throw failure }
    }

    /// Says that the loop turns, twice in the time that the service manager waits for it.
    private func feedWatchdog() {
        guard let serviceManager, let patience = serviceManager.patience else { return }
        serviceManager.alive()
        watchdogTimer?.set(deadline: loop.now + patience / 2)
    }

    var now: Instant { Instant(nanoseconds: loop.now) }

    /// Whether lines of a category are wanted; to be asked before a line is made.
    func logs(_ category: DebugCategories) -> Bool {
        !engine.debugCategories.isDisjoint(with: category)
    }

    // MARK: Events

    // The closures below live no longer than this object, which owns what calls them.

    private func listen() throws(ReactorError) {
        let most = max(properties.minThreads, properties.maxThreads ?? Self.coreCount)
        workers = try Workers(on: loop, threads: properties.minThreads...most) {
            [unowned(unsafe) self] id, outcome in
            handle(.jobDone(id, outcome))
        }
        fetcher = Fetcher(
            on: loop, limit: properties.maxThreads ?? Fetcher.usualLimit
        ) { [unowned(unsafe) self] id, key, result in
            handle(.fetched(id, key, result))
        }
        watchToken()
        timer = loop.makeTimer { [unowned(unsafe) self] in handle(.deadlineReached) }
        loop.afterTurn = { [unowned(unsafe) self] in endTurn() }
        for (socket, isMarked) in sockets.all {
            socket.onUnsent = { [unowned(unsafe) self] _, reason in complain(reason) }
            watches.append(
                try loop.watch(socket.descriptorNumber) { [unowned(unsafe) self] in
                    receive(from: socket, isMarked: isMarked)
                })
        }
        watches.append(
            try loop.watch(kernel.notificationDescriptor) { [unowned(unsafe) self] in
                receiveNotifications()
            })
        watches.append(try watchAddresses())
        for (signal, action) in Self.signals {
            watches.append(
                try loop.onSignal(signal) { [unowned(unsafe) self] in obey(action) })
        }
    }

    private static var coreCount: Int {
        min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 64)
    }

    /// Hands an event to the engine and does what it wants.
    func handle(_ event: Event) {
        perform(engine.handle(event, at: now))
    }

    private func receive(from socket: UDPSocket, isMarked: Bool) {
        do throws(ReactorError) {
            try socket.receive { octets, remote, local in
                var message = 0..<octets.count
                if isMarked {
                    guard let behind = NonESPMarker.message(in: octets) else { return }
                    message = behind
                }
                let reception = engine.receive(
                    octets.extracting(message), local: local, remote: remote, at: now)
                reception.answer?.withOctets { sockets.send($0, from: local, to: remote) }
                perform(reception.effects)
            }
        } catch {
            fail(Failure(error.description))
        }
    }

    /// Hands over, in one go, what the turn has collected, and waits for the next deadline.
    private func endTurn() {
        sockets.flush()
        workers?.flush()
        memory.settle(saCount: engine.saCount)
        let deadline = engine.nextDeadline?.nanoseconds
        guard deadline != timer?.deadline else { return }
        if let deadline { timer?.set(deadline: deadline) } else { timer?.cancel() }
    }

    // MARK: Effects

    /// Carries effects out in order; then those of the answers, until there are no more.
    private func perform(_ effects: [Effect]) {
        var effects = effects
        while !effects.isEmpty {
            var answers: [Effect] = []
            for effect in effects { perform(effect, &answers) }
            effects = answers
        }
    }

    private func perform(_ effect: Effect, _ answers: inout [Effect]) {
        switch effect {
        case .send(let datagram):
            sockets.send(datagram.octets.span, from: datagram.local, to: datagram.remote)
        case .compute(let id, let job):
            guard let outcome = workers?.take(id, job) else { return }
            answers += engine.handle(.jobDone(id, outcome), at: now)
        case .install(let installation):
            answers += engine.handle(install(installation), at: now)
        case .remove(let removal): remove(removal)
        case .move(let move):
            if let failure = self.move(move) { answers += engine.handle(failure, at: now) }
        case .movePolicies(let move): movePolicies(move)
        case .findPaths(let question):
            answers += engine.handle(.paths(question, findPaths(question)), at: now)
        case .keepAlive(let pair): sockets.sendKeepAlive(from: pair.local, to: pair.remote)
        case .measure(let question):
            answers += engine.handle(.measured(question.ikeSA, measure(question)), at: now)
        case .fetch(let id, let questions):
            for key in fetcher?.fetch(questions, for: id) ?? [] {
                answers += engine.handle(
                    .fetched(id, key, .untried(Fetcher.refusal)), at: now)
            }
        case .abandonFetch(let id): fetcher?.abandon(id)
        case .keep(let key, let answer): keep(answer, to: key)
        case .log(let record): sink.write(record.severity, record.message)
        case .finished: loop.stop()
        }
    }

    private func keep(_ answer: FetchAnswer, to key: FetchKey) {
        do throws(Failure) {
            try answerFiles.keep(answer, to: key)
        } catch {
            guard let withheld = unkept.ask(at: now) else { return }
            sink.write(
                .warning,
                "\(error.message); it will be asked for again after a restart"
                    + Self.more(withheld))
        }
    }

    private func complain(_ reason: ReactorError) {
        guard let withheld = unsent.ask(at: now) else { return }
        sink.write(.warning, "\(reason)\(Self.more(withheld))")
    }

    /// What a line says of those that were withheld before it.
    static func more(_ withheld: Int) -> String {
        withheld == 0 ? "" : " (and \(withheld) more like it)"
    }

    // MARK: The end

    /// Ends at once: something without which nothing can be served is gone.
    func fail(_ failure: Failure) {
        self.failure = failure
        loop.stop()
    }

    /// Takes leave of the peers; asked a second time, ends without.
    func leave() {
        guard !isLeaving else {
            sink.write(.notice, "ending at once")
            loop.stop()
            return
        }
        isLeaving = true
        serviceManager?.stopping()
        sink.write(.notice, "ending: telling every peer")
        handle(.shutdown)
    }
}
