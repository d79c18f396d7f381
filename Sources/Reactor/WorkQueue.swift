import CLibevent

/// Threads for what would hold up the loop. Jobs go to them, and outcomes come back, in batches:
/// one wake-up each way for all that a turn of the loop, or a worker in a millisecond, collects.
///
/// Jobs are meant to compute. What waits for a network or a token belongs in a queue of its own:
/// outcomes that its thread has collected would wait with it. A `Context` is what each thread keeps
/// between jobs, and never leaves it.
public final class WorkQueue<Job: Sendable, Outcome: Sendable, Context> {
    private let share: WorkShare<Job, Outcome>
    private let results: Results<Job, Outcome>
    private let notice: Watch
    private let threadLimit: Int
    private var threads: [Thread] = []
    private let body: @Sendable () -> Void

    private let capacity: Int
    private var submitted = 0
    private var accepted = JobQueue<Job>()

    /// Starts the first threads.
    ///
    /// - Parameters:
    ///   - threads: how many there are at first, and how many when there is always more to do.
    ///   - capacity: jobs that may be out, those in work included, before an ordinary one is
    ///     refused.
    ///   - makeContext: called once on each thread.
    ///   - perform: does a job, on any of the threads.
    ///   - completed: called on the loop's thread with each outcome, once for each job.
    public init(
        on loop: EventLoop, threads: ClosedRange<Int>, capacity: Int,
        makeContext: @escaping @Sendable () -> Context,
        perform: @escaping @Sendable (Job, inout Context) -> Outcome,
        completed: @escaping (Outcome) -> Void
    ) throws(ReactorError) {
        let share = try WorkShare<Job, Outcome>()
        let results = Results(share, completed)
        self.share = share
        self.results = results
        self.capacity = capacity
        notice = try Watch(
            base: loop.base, number: share.notice.number, interest: EV_READ | EV_ET
        ) {
            results.deliver()
        }
        threadLimit = max(threads.upperBound, 1)
        body = {
            var context = makeContext()
            share.work { perform($0, &context) }
        }
        for _ in 0..<max(threads.lowerBound, 1) { try startThread() }
    }

    deinit { shutdown() }

    /// How many threads there are.
    public var threadCount: Int { threads.count }

    /// Accepts a job for the next ``flush()``; `false` when too many are out already.
    ///
    /// Only an ordinary one is ever refused, before ``shutdown()``.
    public func submit(_ job: Job, _ precedence: Precedence) -> Bool {
        guard !threads.isEmpty, precedence != .ordinary || submitted - results.delivered < capacity
        else { return false }
        submitted += 1
        accepted.append(job, precedence)
        return true
    }

    /// Hands the accepted jobs to the threads.
    public func flush() {
        guard !accepted.isEmpty else { return }
        let isWaitedFor = accepted.isWaitedFor
        let isShort = share.submit(&accepted)
        guard isShort, isWaitedFor, threads.count < threadLimit else { return }
        // Refused a thread, those we have do the work; the next flush asks again.
        do throws(ReactorError) { try startThread() } catch {}
    }

    /// Forgets the jobs that wait and waits for those in work; no outcome is delivered any more.
    public func shutdown() {
        notice.cancel()
        results.close()
        share.stop()
        for thread in threads { thread.join() }
        threads = []
    }

    private func startThread() throws(ReactorError) {
        share.countWorkers(1)
        do throws(ReactorError) {
            threads.append(try Thread(body))
        } catch {
            share.countWorkers(-1)
            throw error
        }
    }
}

/// Brings outcomes to the loop. Apart from the queue, which the watch must not keep alive.
private final class Results<Job: Sendable, Outcome: Sendable> {
    private let share: WorkShare<Job, Outcome>
    private var completed: ((Outcome) -> Void)?
    private var taken: [Outcome] = []
    /// Outcomes delivered so far.
    private(set) var delivered = 0

    init(_ share: WorkShare<Job, Outcome>, _ completed: @escaping (Outcome) -> Void) {
        self.share = share
        self.completed = completed
    }

    func deliver() {
        var outcomes: [Outcome] = []
        swap(&outcomes, &taken)
        share.takeOutcomes(into: &outcomes)
        delivered += outcomes.count
        for outcome in outcomes { completed?(outcome) }
        outcomes.removeAllButRoom()
        taken = outcomes
    }

    /// Ends delivery, even in the middle of it.
    func close() { completed = nil }
}
