import CLinux
import Reactor

/// A daemon on its way from the terminal that started it (daemon(7), "SysV Daemons"). Whoever
/// started it waits until it serves, or learns why it does not.
struct Detachment {
    private let news: Descriptor

    /// Goes on in a grandchild; the first process ends with what ``complete()`` or ``fail(_:)``
    /// says. To be called while there is one thread.
    static func begin() throws(Failure) -> Detachment {
        var ends: (reading: Int32, writing: Int32) = (-1, -1)
        let isOpen = withUnsafeMutableBytes(of: &ends) { room in
            room.withMemoryRebound(to: Int32.self) { pipe($0.baseAddress) == 0 }
        }
        guard isOpen else { throw Failure(system: "open a pipe") }
        switch process_fork() {
        case -1: throw Failure(system: "detach from the terminal")
        case 0: break
        default:
            close(ends.writing)
            _exit(awaitNews(ends.reading))
        }
        close(ends.reading)
        // A session of its own, in a process that does not lead it: no terminal can be acquired.
        setsid()
        switch process_fork() {
        case -1: throw Failure(system: "detach from the terminal")
        case 0: break
        default: _exit(0)
        }
        umask(0o027)
        return Detachment(news: Descriptor(owning: ends.writing))
    }

    /// Lets go of the terminal and tells the first process that all is well.
    func complete() throws(Failure) {
        let null = process_open("/dev/null", O_RDWR, 0)
        guard null >= 0 else { throw Failure(system: "open /dev/null") }
        let descriptor = Descriptor(owning: null)
        for standard in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            guard dup2(descriptor.number, standard) >= 0 else {
                throw Failure(system: "let go of the terminal")
            }
        }
        tell(.success)
    }

    /// Tells the first process that nothing came of it.
    func fail(_ code: ExitCode) { tell(code) }

    private func tell(_ code: ExitCode) {
        var octet = UInt8(truncatingIfNeeded: code.rawValue)
        write(news.number, &octet, 1)
    }

    private static func awaitNews(_ news: Int32) -> Int32 {
        var octet: UInt8 = 0
        while true {
            switch read(news, &octet, 1) {
            case 1: return Int32(octet)
            case -1 where process_errno() == EINTR: continue
            default: return ExitCode.failure.rawValue
            }
        }
    }
}
