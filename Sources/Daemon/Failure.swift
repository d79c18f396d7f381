import CLinux
import Reactor

/// Why the daemon does not start, or ends.
struct Failure: Error, Equatable, Sendable {
    /// What the process returns.
    let exitCode: ExitCode
    /// One line, safe to print.
    let message: String

    init(_ message: String, exitCode: ExitCode = .failure) {
        self.message = message
        self.exitCode = exitCode
    }

    /// The failure of the system call just made.
    init(system operation: String) {
        self.init("\(operation): \(systemErrorText(process_errno()))")
    }
}
