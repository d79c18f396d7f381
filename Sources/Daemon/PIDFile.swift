import CLinux
import Reactor

/// The file that says which process the daemon is, locked for as long as it lives.
package final class PIDFile {
    /// The directory of what lives as long as the daemon.
    package static let directory = "/run/ikev2d"
    static let path = "\(directory)/in.ikev2d.pid"

    private let path: String
    private let descriptor: Descriptor

    /// Writes the file; fails when another daemon holds it.
    init(_ path: String = PIDFile.path) throws(Failure) {
        self.path = path
        let number = process_open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o644)
        guard number >= 0 else { throw Failure(system: "open \(path)") }
        descriptor = Descriptor(owning: number)
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
            throw process_errno() == EWOULDBLOCK
                ? Failure("\(path): another in.ikev2d is running")
                : Failure(system: "lock \(path)")
        }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(number, 0) == 0, write(number, text, text.count) == text.count else {
            throw Failure(system: "write \(path)")
        }
    }

    deinit { unlink(path) }

    /// Makes the directory, where the system has not, and gives it to the daemon's user.
    package static func makeDirectory(for account: Account) throws(Failure) {
        if mkdir(directory, 0o750) == 0 {
            guard chown(directory, account.user, account.group) == 0 else {
                throw Failure(system: "give \(directory) to '\(account.name)'")
            }
        } else if process_errno() != EEXIST {
            throw Failure(system: "make \(directory)")
        }
    }
}
