import CLinux

/// A POSIX thread with a small stack that takes no signals.
final class Thread {
    /// Enough for libcrypto's deepest call; only touched pages take memory.
    private static let stackOctets = 256 << 10

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let handle: pthread_t

    init(_ run: @escaping @Sendable () -> Void) throws(ReactorError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, Self.stackOctets)

        // The thread inherits the mask: signals are the loop's.
        var all = sigset_t()
        var earlier = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &earlier)
        defer { pthread_sigmask(SIG_SETMASK, &earlier, nil) }

        let body = Unmanaged.passRetained(Body(run))
        var handle = pthread_t()
        let code = pthread_create(
            &handle, &attributes,
            { context in
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, body.toOpaque())
        guard code == 0 else {
            body.release()
            throw ReactorError("start a thread", code: code)
        }
        self.handle = handle
    }

    /// Waits until the thread has ended. To be called once.
    func join() { pthread_join(handle, nil) }
}
