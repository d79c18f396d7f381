import CLinux
import Reactor
import Testing

// One loop in a process can take signals, so its tests run one by one.
@Suite(.serialized) struct EventLoopTests {
    let loop: EventLoop

    init() throws {
        loop = try EventLoop()
    }

    @Test func firesTimersByDeadlineWhateverTheOrderTheyWereSetIn() throws {
        var fired: [Int] = []
        let start = loop.now
        let timers = (0..<3).map { index in
            loop.makeTimer { [loop] in
                fired.append(index)
                if fired.count == 3 { loop.stop() }
            }
        }
        timers[0].set(deadline: start + 3_000_000)
        timers[1].set(deadline: start + 1_000_000)
        timers[2].set(deadline: start + 2_000_000)
        try loop.run()
        #expect(fired == [1, 2, 0])
        #expect(loop.now >= start + 3_000_000)
        #expect(timers.allSatisfy { $0.deadline == nil })
    }

    @Test func firesOverdueTimersInTheirOrderInOneTurn() throws {
        var fired: [Int] = []
        var turns = 0
        let late = loop.makeTimer { fired.append(2) }
        let early = loop.makeTimer { fired.append(1) }
        late.set(deadline: 7)
        early.set(deadline: 0)
        loop.afterTurn = { [loop] in
            turns += 1
            if !fired.isEmpty { loop.stop() }
        }
        try loop.run()
        #expect(fired == [1, 2])
        #expect(turns == 2)
    }

    @Test func aCancelledTimerDoesNotFire() throws {
        var fired: [String] = []
        let cancelled = loop.makeTimer { fired.append("cancelled") }
        let canceller = loop.makeTimer {
            fired.append("canceller")
            cancelled.cancel()
        }
        let last = loop.makeTimer { [loop] in loop.stop() }
        canceller.set(deadline: 1)
        cancelled.set(deadline: 2)
        last.set(deadline: loop.now + 1_000_000)
        try loop.run()
        #expect(fired == ["canceller"])
    }

    @Test func aTimerMovedLaterFiresOnceAtItsNewDeadline() throws {
        var firedAt: [UInt64] = []
        let start = loop.now
        let timer = loop.makeTimer { [loop] in
            firedAt.append(loop.now)
            loop.stop()
        }
        let mover = loop.makeTimer { timer.set(deadline: start + 4_000_000) }
        timer.set(deadline: start + 2_000_000)
        mover.set(deadline: start + 1)
        try loop.run()
        #expect(firedAt.count == 1)
        #expect(try #require(firedAt.first) >= start + 4_000_000)
    }

    @Test func aTimerSetToThePastByItsHandlerWaitsForTheNextTurn() throws {
        var turnsAtFiring: [Int] = []
        var turns = 0
        var timer: Reactor.Timer?
        timer = loop.makeTimer { [loop] in
            turnsAtFiring.append(turns)
            if turnsAtFiring.count == 3 { loop.stop() } else { timer?.set(deadline: 0) }
        }
        loop.afterTurn = { turns += 1 }
        timer?.set(deadline: 0)
        try loop.run()
        #expect(turnsAtFiring == [1, 2, 3])
        timer = nil
    }

    @Test func theClockStandsStillDuringATurn() throws {
        var readings: [UInt64] = []
        let first = loop.makeTimer { [loop] in readings.append(loop.now) }
        let second = loop.makeTimer { [loop] in
            while TestClock.now <= loop.now {}
            readings.append(loop.now)
            loop.stop()
        }
        first.set(deadline: 1)
        second.set(deadline: 2)
        try loop.run()
        #expect(readings.count == 2)
        #expect(readings.first == readings.last)
    }

    @Test func callsTheHandlerOfAReadableDescriptorUntilCancelled() throws {
        let pipe = try Pipe()
        var calls = 0
        var watch: Watch?
        watch = try loop.watch(pipe.reading.number) { [loop] in
            calls += 1
            // Nothing is read: the pipe stays readable.
            if calls == 2 {
                watch?.cancel()
                watch = nil
                loop.stop()
            }
        }
        pipe.write()
        try loop.run()
        let timer = loop.makeTimer { [loop] in loop.stop() }
        timer.set(deadline: 0)
        try loop.run()
        #expect(calls == 2)
    }

    @Test func refusesToWatchADescriptorThatIsNotOpen() throws {
        #expect(throws: ReactorError.self) { try loop.watch(1_000_000) {} }
    }

    @Test func deliversSignalsAsEvents() throws {
        var received: [Int32] = []
        let watches = try [SIGUSR1, SIGHUP].map { number in
            try loop.onSignal(number) { [loop] in
                received.append(number)
                if received.count == 2 { loop.stop() }
            }
        }
        // The threads that run tests keep signals out.
        var mask = sigset_t()
        var earlier = sigset_t()
        sigemptyset(&mask)
        sigaddset(&mask, SIGHUP)
        sigaddset(&mask, SIGUSR1)
        pthread_sigmask(SIG_UNBLOCK, &mask, &earlier)
        defer { pthread_sigmask(SIG_SETMASK, &earlier, nil) }
        raise(SIGHUP)
        raise(SIGUSR1)
        try loop.run()
        #expect(received.sorted() == [SIGHUP, SIGUSR1])
        for watch in watches { watch.cancel() }
    }

    @Test func whatWasQueuedBeforeRunIsHandedOverBeforeTheFirstWait() throws {
        var turns = 0
        loop.afterTurn = { [loop] in
            turns += 1
            loop.stop()
        }
        try loop.run()
        #expect(turns == 1)
    }

    @Test func errorsSayWhatFailedAndWhy() {
        #expect(
            ReactorError("bind UDP port 500", code: EADDRINUSE).description
                == "bind UDP port 500: Address already in use")
        #expect(systemErrorText(123_456) == "error 123456")
    }
}
