/// Calls its handler once, at a deadline on the clock of ``EventLoop/now``.
///
/// An armed timer lives until it fires or is cancelled, whoever else refers to it.
public final class Timer {
    private let queue: TimerQueue
    private let handler: () -> Void
    /// When the timer is due; `nil` while it is not armed.
    public private(set) var deadline: UInt64?

    init(queue: TimerQueue, _ handler: @escaping () -> Void) {
        self.queue = queue
        self.handler = handler
    }

    /// Arms the timer, or moves it: nanoseconds on the clock of ``EventLoop/now``.
    ///
    /// A deadline in the past is due in the next turn. A call makes no system call.
    public func set(deadline: UInt64) {
        if self.deadline == nil { queue.insert(self) }
        self.deadline = deadline
    }

    /// Disarms the timer: the handler is not called before the next ``set(deadline:)``.
    public func cancel() {
        guard deadline != nil else { return }
        deadline = nil
        queue.remove(self)
    }

    func fire() {
        cancel()
        handler()
    }
}
