import CLinux

/// The armed timers of a loop and the one kernel timer that wakes it for them.
///
/// Deadlines of connections belong in a heap above; here are a handful, kept in a plain array.
final class TimerQueue {
    /// It counts the time of a suspended machine too, as the peers do.
    private static let clock = CLOCK_BOOTTIME

    /// Becomes readable at the time that ``arm()`` gave it.
    let alarm: Descriptor
    private var alarmState = AlarmState.silent
    private var armed: [Timer] = []

    private enum AlarmState: Equatable {
        case silent
        case set(UInt64)
        /// It rang, and its descriptor stays readable until it is set anew or silenced.
        case rung
    }

    init() throws(ReactorError) {
        alarm = try Descriptor(
            owning: timerfd_create(Self.clock, Int32(TFD_NONBLOCK | TFD_CLOEXEC)),
            from: "create a timer descriptor")
    }

    /// The clock of every deadline, read now: nanoseconds.
    static func readClock() -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000
            &+ UInt64(truncatingIfNeeded: time.tv_nsec)
    }

    /// Whether no deadline can have passed, so that the clock need not be read.
    var isIdle: Bool { alarmState == .silent && armed.isEmpty }

    func insert(_ timer: Timer) { armed.append(timer) }

    func remove(_ timer: Timer) { armed.removeAll { $0 === timer } }

    func removeAll() { for timer in armed { timer.cancel() } }

    /// Sets the alarm before the loop waits.
    ///
    /// An alarm that would ring too early is left as it is: waking once in vain costs less than a
    /// system call for every timer that moves away, as retransmission timers do all day.
    func arm() {
        switch (alarmState, armed.lazy.compactMap({ $0.deadline }).min()) {
        case (.set(let deadline), let next?) where deadline <= next: return
        case (_, let next?):
            setAlarm(next)
            alarmState = .set(next)
        case (.rung, nil):
            setAlarm(nil)
            alarmState = .silent
        case (.silent, nil), (.set, nil): return
        }
    }

    /// Calls the handlers of all timers due at `now`, earliest deadline first.
    func fire(at now: UInt64) {
        if case .set(let deadline) = alarmState, deadline <= now { alarmState = .rung }
        var due = armed.filter { Self.isDue($0, at: now) }
        if due.count > 1 { due.sort { ($0.deadline ?? 0) < ($1.deadline ?? 0) } }
        // An earlier handler may have cancelled or moved a later timer.
        for timer in due where Self.isDue(timer, at: now) { timer.fire() }
    }

    private static func isDue(_ timer: Timer, at now: UInt64) -> Bool {
        guard let deadline = timer.deadline else { return false }
        return deadline <= now
    }

    private func setAlarm(_ deadline: UInt64?) {
        var setting = itimerspec()
        if let deadline {
            // All zero would disarm it.
            let deadline = max(deadline, 1)
            setting.it_value.tv_sec = Int(truncatingIfNeeded: deadline / 1_000_000_000)
            setting.it_value.tv_nsec = Int(truncatingIfNeeded: deadline % 1_000_000_000)
        }
        timerfd_settime(alarm.number, Int32(TFD_TIMER_ABSTIME), &setting, nil)
    }
}
