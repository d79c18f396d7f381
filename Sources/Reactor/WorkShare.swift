import CLinux

/// What the loop and its workers share: jobs one way, outcomes the other, under one lock.
///
/// Sendable, since everything that changes changes under the lock.
final class WorkShare<Job: Sendable, Outcome: Sendable>: @unchecked Sendable {
    /// For how long a worker collects outcomes while there are more jobs: a long time for one
    /// wake-up of the loop, a short time for a peer to wait.
    private let sliceNanoseconds: UInt64 = 1_000_000

    private let monitor = Monitor()
    private var jobs = JobQueue<Job>()
    private var outcomes: [Outcome] = []
    private var workers = 0
    /// Workers that wait for jobs, and how many of them have been called.
    private var sleeping = 0
    private var called = 0
    /// Workers that have not come for their first job yet.
    private var starting = 0
    private var isStopping = false
    /// Tells the loop of outcomes; watched for its edges, so it is never read.
    let notice: Descriptor

    init() throws(ReactorError) {
        notice = try Descriptor(
            owning: eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)),
            from: "create an event descriptor")
    }

    // MARK: The loop's side

    /// Takes over jobs; reports whether no worker is free to see to them.
    func submit(_ newJobs: inout JobQueue<Job>) -> Bool {
        monitor.lock()
        jobs.append(movedFrom: &newJobs)
        let isShort = sleeping == called && starting == 0
        let callsWorker = callWorker()
        monitor.unlock()
        if callsWorker { monitor.signal() }
        return isShort
    }

    /// Exchanges the outcomes for an empty array.
    func takeOutcomes(into taken: inout [Outcome]) {
        monitor.lock()
        swap(&outcomes, &taken)
        monitor.unlock()
    }

    /// Forgets the jobs that wait, and ends the workers after the one they are at.
    func stop() {
        monitor.lock()
        isStopping = true
        jobs.removeAll()
        monitor.unlock()
        monitor.broadcast()
    }

    /// Counts a worker in before it starts, or out when it could not be started.
    func countWorkers(_ change: Int) {
        monitor.lock()
        workers += change
        starting += change
        monitor.unlock()
    }

    // MARK: The workers' side

    /// Runs jobs until ``stop()``.
    ///
    /// A job is taken when its turn has come, never ahead of it, lest it wait behind a long one
    /// while another worker is free; measured, taking several under one lock saves nothing.
    func work(_ perform: (Job) -> Outcome) {
        var done: [Outcome] = []
        var sliceEnd = UInt64.max
        begin()
        while let job = exchange(&done, isLate: !done.isEmpty && TimerQueue.readClock() >= sliceEnd)
        {
            if done.isEmpty { sliceEnd = TimerQueue.readClock() + sliceNanoseconds }
            done.append(perform(job))
        }
    }

    private func begin() {
        monitor.lock()
        starting -= 1
        monitor.unlock()
    }

    /// Hands over the outcomes, if nobody waits for anything else or it `isLate`, and takes the
    /// next job, waiting for it if need be; `nil` at the end.
    private func exchange(_ done: inout [Outcome], isLate: Bool) -> Job? {
        var tellsLoop = false
        monitor.lock()
        while !isStopping {
            if isLate || !jobs.isWaitedFor { tellsLoop = deliver(&done) || tellsLoop }
            if let job = jobs.popFirst() {
                // One call a turn is enough for the loop: whoever leaves work calls the next.
                let callsWorker = callWorker()
                monitor.unlock()
                if callsWorker { monitor.signal() }
                if tellsLoop { tellLoop() }
                return job
            }
            if tellsLoop {
                monitor.unlock()
                tellLoop()
                tellsLoop = false
                monitor.lock()
            } else {
                sleeping += 1
                monitor.wait()
                sleeping -= 1
                if called > 0 { called -= 1 }
            }
        }
        monitor.unlock()
        return nil
    }

    /// Adds to the outcomes; reports whether the loop has yet to be told of them.
    private func deliver(_ done: inout [Outcome]) -> Bool {
        guard !done.isEmpty else { return false }
        defer { done.removeAllButRoom() }
        guard outcomes.isEmpty else {
            outcomes.append(contentsOf: done)
            return false
        }
        swap(&outcomes, &done)
        return true
    }

    /// Whether a sleeping worker is to be signalled; counts it as called.
    private func callWorker() -> Bool {
        guard !jobs.isEmpty, sleeping > called else { return false }
        called += 1
        return true
    }

    private func tellLoop() {
        var one: UInt64 = 1
        write(notice.number, &one, MemoryLayout<UInt64>.size)
    }
}
