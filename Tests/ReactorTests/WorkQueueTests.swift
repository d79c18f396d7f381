import CLinux
import Dispatch
import Testing

@testable import Reactor

struct WorkQueueTests {
    /// Holds the thread that does it until the test lets go.
    struct Gate: Sendable {
        let entered = DispatchSemaphore(value: 0)
        let open = DispatchSemaphore(value: 0)
        let left = DispatchSemaphore(value: 0)
    }

    enum Job: Sendable {
        case give(Int)
        case nameThread
        case pass(Gate)

        func perform() -> Int {
            switch self {
            case .give(let outcome): return outcome
            case .nameThread: return Int(bitPattern: pthread_self())
            case .pass(let gate):
                gate.entered.signal()
                gate.open.wait()
                gate.left.signal()
                return -1
            }
        }
    }

    let loop: EventLoop

    init() throws {
        loop = try EventLoop()
    }

    /// A queue whose loop stops after `count` outcomes.
    private func makeQueue(
        threads: ClosedRange<Int>, capacity: Int = 1000, until count: Int,
        completed: @escaping (Int) -> Void = { _ in }
    ) throws -> WorkQueue<Job, Int, Void> {
        var remaining = count
        return try WorkQueue(
            on: loop, threads: threads, capacity: capacity, makeContext: { () },
            perform: { (job: Job, _) in job.perform() },
            completed: { [loop] outcome in
                completed(outcome)
                remaining -= 1
                if remaining == 0 { loop.stop() }
            })
    }

    /// Submits jobs and hands them over; reports how many were accepted.
    private func hand(
        _ jobs: [Job], _ precedence: Precedence = .ordinary, to queue: WorkQueue<Job, Int, Void>
    ) -> Int {
        defer { queue.flush() }
        return jobs.map { queue.submit($0, precedence) }.filter { $0 }.count
    }

    @Test(arguments: [1...1, 1...4, 4...4])
    func everyJobComesBackExactlyOnce(threads: ClosedRange<Int>) throws {
        let total = 10_000
        var seen = [Int](repeating: 0, count: total)
        let queue = try makeQueue(threads: threads, capacity: 300, until: total) { seen[$0] += 1 }
        var next = 0
        loop.afterTurn = {
            // Always as many as it takes, now and then an urgent one.
            while next < total {
                guard queue.submit(.give(next), next % 7 == 0 ? .urgent : .ordinary) else { break }
                next += 1
            }
            queue.flush()
        }
        try loop.run()
        #expect(seen.allSatisfy { $0 == 1 })
        #expect(threads.contains(queue.threadCount))
    }

    @Test func outcomesArriveOnTheThreadOfTheLoopAndJobsRunElsewhere() throws {
        let loopThread = pthread_self()
        var jobThread = loopThread
        var arrivedOn: pthread_t?
        let queue = try makeQueue(threads: 1...1, until: 1) { outcome in
            jobThread = pthread_t(bitPattern: outcome)
            arrivedOn = pthread_self()
        }
        #expect(hand([.nameThread], to: queue) == 1)
        try loop.run()
        #expect(arrivedOn == loopThread)
        #expect(jobThread != loopThread)
    }

    @Test func aFullQueueRefusesNewcomersUntilOutcomesReturn() throws {
        let queue = try makeQueue(threads: 1...1, capacity: 8, until: 108)
        let jobs = [Job](repeating: .give(0), count: 12)
        #expect(hand(jobs, to: queue) == 8)
        // What is in work already, or nobody waits for, does not depend on how many newcomers come.
        #expect(hand([Job](repeating: .give(0), count: 90), .urgent, to: queue) == 90)
        #expect(hand([Job](repeating: .give(0), count: 10), .spare, to: queue) == 10)
        try loop.run()
        #expect(hand(jobs, to: queue) == 8)
    }

    @Test func jobsGoInTheOrderOfTheirPrecedence() throws {
        var order: [Int] = []
        let queue = try makeQueue(threads: 1...1, until: 9) { order.append($0) }
        let gate = Gate()
        #expect(hand([.pass(gate)], to: queue) == 1)
        gate.entered.wait()
        #expect(hand([.give(20), .give(21)], .spare, to: queue) == 2)
        #expect(hand([.give(0), .give(1), .give(2)], to: queue) == 3)
        #expect(hand([.give(10), .give(11), .give(12)], .urgent, to: queue) == 3)
        gate.open.signal()
        try loop.run()
        #expect(order == [-1, 10, 11, 12, 0, 1, 2, 20, 21])
    }

    @Test func nobodyWaitsForWhatIsDoneAhead() throws {
        var order: [Int] = []
        let gate = Gate()
        let queue = try makeQueue(threads: 1...1, until: 2) { outcome in
            order.append(outcome)
            // The job done ahead is in work, and ends only now.
            gate.open.signal()
        }
        #expect(hand([.give(0)], to: queue) == 1)
        #expect(hand([.pass(gate)], .spare, to: queue) == 1)
        try loop.run()
        #expect(order == [0, -1])
    }

    @Test func noThreadStartsForWhatIsDoneAhead() throws {
        let queue = try makeQueue(threads: 1...2, until: 2)
        let gate = Gate()
        #expect(hand([.pass(gate)], to: queue) == 1)
        gate.entered.wait()
        #expect(hand([.give(0)], .spare, to: queue) == 1)
        #expect(queue.threadCount == 1)
        gate.open.signal()
        try loop.run()
    }

    @Test func aThreadStartsWhenAJobFindsNoneFree() throws {
        let queue = try makeQueue(threads: 1...2, until: 4)
        #expect(queue.threadCount == 1)
        let gates = [Gate(), Gate()]
        #expect(hand([.pass(gates[0])], to: queue) == 1)
        gates[0].entered.wait()
        #expect(queue.threadCount == 1)
        #expect(hand([.pass(gates[1])], to: queue) == 1)
        gates[1].entered.wait()
        #expect(queue.threadCount == 2)
        #expect(hand([.give(0), .give(1)], to: queue) == 2)
        #expect(queue.threadCount == 2)
        for gate in gates { gate.open.signal() }
        try loop.run()
    }

    @Test func aLongJobDoesNotHoldUpThoseHandedOverWithIt() throws {
        var order: [Int] = []
        let gate = Gate()
        let queue = try makeQueue(threads: 2...2, until: 9) { outcome in
            order.append(outcome)
            if order.count == 8 { gate.open.signal() }
        }
        #expect(hand([.pass(gate)] + (0..<8).map { Job.give($0) }, to: queue) == 9)
        try loop.run()
        #expect(order == [0, 1, 2, 3, 4, 5, 6, 7, -1])
    }

    @Test func eachThreadHasAContextOfItsOwn() throws {
        final class Count { var jobs = 0 }
        var outcomes: [Int] = []
        let queue = try WorkQueue(
            on: loop, threads: 1...1, capacity: 10, makeContext: { Count() },
            perform: { (_: Int, count: inout Count) in
                count.jobs += 1
                return count.jobs
            },
            completed: { [loop] (outcome: Int) in
                outcomes.append(outcome)
                if outcomes.count == 3 { loop.stop() }
            })
        for _ in 0..<3 { #expect(queue.submit(0, .ordinary)) }
        queue.flush()
        try loop.run()
        #expect(outcomes == [1, 2, 3])
    }

    @Test func shutdownWaitsForTheJobInWorkAndDeliversNothingMore() throws {
        var outcomes = 0
        let queue = try makeQueue(threads: 1...1, until: 2) { _ in outcomes += 1 }
        let gate = Gate()
        #expect(hand([.pass(gate), .give(0)], to: queue) == 2)
        gate.entered.wait()
        DispatchQueue.global().async { gate.open.signal() }
        queue.shutdown()
        #expect(gate.left.wait(timeout: .now()) == .success)
        #expect(queue.threadCount == 0)
        #expect(hand([.give(0)], .urgent, to: queue) == 0)
        let timer = loop.makeTimer { [loop] in loop.stop() }
        timer.set(deadline: 0)
        try loop.run()
        #expect(outcomes == 0)
    }

    @Test func aStoppedWorkerLeavesTheJobsThatWait() throws {
        let share = try WorkShare<Job, Int>()
        share.countWorkers(1)
        let thread = try Reactor.Thread { share.work { $0.perform() } }
        let gates = [Gate(), Gate()]
        var jobs = JobQueue<Job>()
        for gate in gates { jobs.append(.pass(gate), .ordinary) }
        _ = share.submit(&jobs)
        gates[0].entered.wait()
        share.stop()
        gates[0].open.signal()
        thread.join()
        #expect(gates[1].entered.wait(timeout: .now()) == .timedOut)
    }

    @Test func aQueueKeepsItsOrderThroughManyRounds() {
        var queue = FIFO<Int>()
        var next = 0
        var taken: [Int] = []
        for round in 0..<100 {
            for _ in 0..<round % 5 + 2 {
                queue.append(next)
                next += 1
            }
            for _ in 0..<3 { if let element = queue.popFirst() { taken.append(element) } }
        }
        while let element = queue.popFirst() { taken.append(element) }
        #expect(taken == Array(0..<next))
        #expect(queue.isEmpty)
    }

    @Test func aQueueThatIsReleasedEndsItsThreads() throws {
        final class Witness: Sendable {
            let ended: DispatchSemaphore
            init(_ ended: DispatchSemaphore) { self.ended = ended }
            deinit { ended.signal() }
        }
        let ended = DispatchSemaphore(value: 0)
        var queue: WorkQueue<Int, Int, Witness>? = try WorkQueue(
            on: loop, threads: 1...1, capacity: 10, makeContext: { Witness(ended) },
            perform: { (job: Int, _: inout Witness) in job }, completed: { _ in })
        #expect(queue?.threadCount == 1)
        queue = nil
        #expect(ended.wait(timeout: .now()) == .success)
    }
}
