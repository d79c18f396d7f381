import CLibevent

/// A standing interest in a descriptor or a signal. It ends when cancelled or released.
public final class Watch {
    private let base: EventBase
    private var event: OpaquePointer?
    private var handler: (() -> Void)?

    /// `number` is a descriptor or, with `EV_SIGNAL` in `interest`, a signal.
    init(
        base: EventBase, number: Int32, interest: Int32, paused: Bool = false,
        _ handler: @escaping () -> Void
    ) throws(ReactorError) {
        self.base = base
        self.handler = handler
        event = nil
        event = event_new(
            base.pointer, number, Int16(truncatingIfNeeded: interest | EV_PERSIST),
            { _, _, context in
                guard let context else { return }
                // The reference taken here lets a handler cancel or release its own watch.
                let watch = Unmanaged<Watch>.fromOpaque(context).takeUnretainedValue()
                watch.handler?()
            }, Unmanaged.passUnretained(self).toOpaque())
        guard let event else { throw ReactorError("create an event for \(number)") }
        if !paused && event_add(event, nil) != 0 { throw ReactorError("watch \(number)") }
    }

    deinit { cancel() }

    /// Ends the watch for good: the handler is not called again, and is released.
    public func cancel() {
        handler = nil
        guard let event else { return }
        event_free(event)
        self.event = nil
    }

    /// Stops watching until ``resume()``.
    func pause() {
        if let event { event_del(event) }
    }

    /// Watches again after ``pause()``; reports whether it does.
    func resume() -> Bool {
        guard let event else { return false }
        return event_add(event, nil) == 0
    }
}
