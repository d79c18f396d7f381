import CLibevent

/// Waits for descriptors, signals and deadlines, and calls their handlers, on the one thread that
/// owns it. Without events it sleeps in the kernel and costs nothing.
public final class EventLoop {
    let base: EventBase
    private let timers: TimerQueue
    private let alarm: Watch
    private var clock: UInt64?
    private var isStopping = false
    /// How long its turns took, from when the first handler asked for the time.
    public private(set) var turnTimes = TurnTimes()
    /// Where every datagram socket of the loop receives.
    private(set) lazy var receiveBuffers = ReceiveBuffers()

    /// Called after every batch of handlers, and once when ``run()`` begins: the place to hand
    /// over, in one go, what the handlers have collected.
    public var afterTurn: (() -> Void)?

    /// A loop of its own; fails when the process has no descriptors left.
    public init() throws(ReactorError) {
        base = try EventBase()
        timers = try TimerQueue()
        // Due timers are looked for after every turn; the alarm only has to bring one about.
        alarm = try Watch(base: base, number: timers.alarm.number, interest: EV_READ) {}
    }

    deinit { timers.removeAll() }

    /// Nanoseconds since the machine started, suspended time included; read once a turn.
    public var now: UInt64 {
        if let clock { return clock }
        let time = TimerQueue.readClock()
        clock = time
        return time
    }

    /// Serves events until ``stop()``.
    public func run() throws(ReactorError) {
        defer { isStopping = false }
        afterTurn?()
        while !isStopping {
            timers.arm()
            clock = nil
            guard event_base_loop(base.pointer, EVLOOP_ONCE) >= 0 else {
                throw ReactorError("wait for events")
            }
            if !timers.isIdle { timers.fire(at: now) }
            afterTurn?()
            if let clock { turnTimes.count(TurnTimes.elapsed(since: clock)) }
        }
    }

    /// Lets ``run()`` return at the end of this turn, after ``afterTurn``.
    public func stop() {
        isStopping = true
    }

    /// Calls the handler in every turn in which the descriptor is readable.
    public func watch(
        _ descriptor: Int32, _ onReadable: @escaping () -> Void
    ) throws(ReactorError) -> Watch {
        try Watch(base: base, number: descriptor, interest: EV_READ, onReadable)
    }

    /// Calls the handler, as an event, when the process receives the signal.
    ///
    /// Only one loop in a process can take signals.
    public func onSignal(
        _ number: Int32, _ handler: @escaping () -> Void
    ) throws(ReactorError) -> Watch {
        try Watch(base: base, number: number, interest: EV_SIGNAL, handler)
    }

    /// A timer, not yet armed.
    public func makeTimer(_ handler: @escaping () -> Void) -> Timer {
        Timer(queue: timers, handler)
    }
}
