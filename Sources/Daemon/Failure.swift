import CLinux
import Reactor

/// Why the daemon does not start, or ends.
package struct Failure: Error, Equatable, Sendable {
    /// What the process returns.
    package let exitCode: ExitCode
    /// One line, safe to print.
    package let message: String

    package init(_ message: String, exitCode: ExitCode = .failure) {
        self.message = message
        self.exitCode = exitCode
    }

    /// The failure of the system call just made.
    package init(system operation: String) {
        self.init("\(operation): \(systemErrorText(process_errno()))")
    }
}
