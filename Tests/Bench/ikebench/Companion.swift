import Glibc
import Synchronization

/// Keeps another processor busy for as long as it lives. Two processors share much, and whoever
/// works beside a busy one takes longer: what is to be compared must have the same company.
final class Companion {
    private final class Task: Sendable {
        let isOver = Atomic(false)
        let work: @Sendable () -> Void

        init(_ work: @escaping @Sendable () -> Void) {
            self.work = work
        }
    }

    private let task: Task
    private var thread = pthread_t()

    /// Does the work again and again.
    init(_ work: @escaping @Sendable () -> Void) throws {
        task = Task(work)
        let context = Unmanaged.passRetained(task)
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let task = Unmanaged<Task>.fromOpaque(context).takeRetainedValue()
                while !task.isOver.load(ordering: .relaxed) { task.work() }
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            throw Failure("start a thread: \(String(cString: strerror(code)))")
        }
    }

    deinit {
        task.isOver.store(true, ordering: .relaxed)
        pthread_join(thread, nil)
    }
}
