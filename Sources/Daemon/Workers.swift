import Crypto
import IKE
import Policy
import Reactor
import Token
import Wire

/// The threads that do the engine's jobs and, while nobody waits, make ephemeral keys ahead.
final class Workers {
    private enum Work: Sendable {
        case job(JobID, Job)
        /// The token, to be read if it is there.
        case absentToken(Token)
        case token(Token)
        case keyAhead(KeyExchangeMethod)
    }

    private enum Result: Sendable {
        case job(JobID, JobOutcome)
        case token(Token, TokenReading)
        case keyAhead(KeyExchangeMethod, JobOutcome)
    }

    /// Jobs of newcomers that may be out: more handshakes at a time than a second can finish. Other
    /// jobs are as many as there are exchanges under way.
    private static let jobLimit = 1024
    /// Keys made ahead of each group: a few peers that begin together.
    private static let keysAhead = 4

    private var queue: WorkQueue<Work, Result, Void>?
    /// The one thread that waits for a token: a slow one holds up no other work.
    private var tokenQueue: WorkQueue<Work, Result, Void>?
    /// Signatures that may wait for the token: what a smart card makes within the minute that a
    /// handshake waits.
    private static let tokenJobLimit = 64
    private let loop: EventLoop
    private let completed: (JobID, JobOutcome) -> Void
    private var groups: [KeyExchangeMethod] = []
    private var stock = KeyPairStock([], capacity: 0)
    /// Whether there has been a job. A daemon that nobody needs makes no keys: libcrypto's code for
    /// that alone takes memory.
    private var isNeeded = false

    /// Starts the first threads.
    ///
    /// - Parameter completed: called with the outcome of each job that was handed over.
    init(
        on loop: EventLoop, threads: ClosedRange<Int>,
        completed: @escaping (JobID, JobOutcome) -> Void
    ) throws(ReactorError) {
        self.loop = loop
        self.completed = completed
        queue = try WorkQueue(
            on: loop, threads: threads, capacity: Self.jobLimit, makeContext: {},
            perform: { work, _ in Self.perform(work) },
            // The queue delivers nothing after ``shutdown()``, with which this object ends.
            completed: { [unowned(unsafe) self] in deliver($0) })
    }

    private func deliver(_ result: Result) {
        switch result {
        case .job(let id, let outcome): completed(id, outcome)
        case .keyAhead(let method, let outcome): shelve(method, outcome)
        case .token(let token, let reading): readToken?(token, reading)
        }
    }

    /// The token's thread, which starts with the first use.
    private func tokenThread() -> WorkQueue<Work, Result, Void>? {
        guard tokenQueue == nil else { return tokenQueue }
        do throws(ReactorError) {
            tokenQueue = try WorkQueue(
                on: loop, threads: 1...1, capacity: Self.tokenJobLimit, makeContext: {},
                perform: { work, _ in Self.perform(work) },
                completed: { [unowned(unsafe) self] in deliver($0) })
        } catch {
            return nil
        }
        return tokenQueue
    }

    /// Reads a token if it is there, on its own thread; ``readToken`` is told.
    func look(for token: Token) {
        _ = tokenThread()?.submit(.absentToken(token), .spare)
    }

    /// Reads a token, on its own thread; ``readToken`` is told. Where so much waits for the token
    /// that this has no room, an earlier reading does.
    @discardableResult
    func read(_ token: Token) -> Bool {
        tokenThread()?.submit(.token(token), .ordinary) ?? false
    }

    /// Called with what came of ``look(for:)`` and ``read(_:)``.
    var readToken: ((Token, TokenReading) -> Void)?

    private static func perform(_ work: Work) -> Result {
        switch work {
        case .job(let id, let job): .job(id, job.run())
        case .keyAhead(let method): .keyAhead(method, Job.generate(method).run())
        case .absentToken(let token): .token(token, TokenReading(token, ifPresent: true))
        case .token(let token): .token(token, TokenReading(token, ifPresent: false))
        }
    }

    /// Makes keys ahead for the groups of these rules, the first of the first rule first, and no
    /// longer for others.
    func prepare(for configuration: Policy.Configuration) {
        let groups = configuration.rules.flatMap {
            $0.ikeTransforms.map { $0.group } + $0.pfsGroups
        }
        guard groups != self.groups else { return }
        self.groups = groups
        stock = KeyPairStock(groups, capacity: Self.keysAhead)
    }

    /// Takes a job on for the next ``flush()``; gives its outcome when there is one at once.
    func take(_ id: JobID, _ job: Job) -> JobOutcome? {
        guard let queue else { return nil }
        if job.needsDevice { return takeForToken(id, job) }
        isNeeded = true
        switch job.lightened(by: stock) {
        case .done(let outcome): return outcome
        case .left(let job):
            guard !queue.submit(.job(id, job), id.isUrgent ? .urgent : .ordinary) else {
                return nil
            }
            return .failed(
                .failed(
                    operation: "start a computation",
                    reason: "\(Self.jobLimit) others are under way"))
        }
    }

    private func takeForToken(_ id: JobID, _ job: Job) -> JobOutcome? {
        // Never urgent: all of these wait for one device, and their number must have an end.
        guard tokenThread()?.submit(.job(id, job), .ordinary) ?? false else {
            return .failed(
                .failed(
                    operation: "have the token sign",
                    reason: "\(Self.tokenJobLimit) others wait for it"))
        }
        return nil
    }

    /// Hands over what was taken on, and orders the keys that are wanted.
    func flush() {
        guard let queue else { return }
        while isNeeded, let method = stock.order() { _ = queue.submit(.keyAhead(method), .spare) }
        queue.flush()
        tokenQueue?.flush()
    }

    private func shelve(_ method: KeyExchangeMethod, _ outcome: JobOutcome) {
        if case .keyPair(let pair) = outcome { stock.add(pair) } else { stock.abandon(method) }
    }

    /// Waits for the jobs in work; forgets the others, and the keys.
    func shutdown() {
        queue?.shutdown()
        queue = nil
        tokenQueue?.shutdown()
        tokenQueue = nil
        stock = KeyPairStock([], capacity: 0)
    }
}
