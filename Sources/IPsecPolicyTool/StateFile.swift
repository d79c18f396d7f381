import CLinux
import Daemon
import IPsecPolicy
import Policy

/// The file in which ipsecconf remembers what it has given to the kernel. One ipsecconf at a time
/// holds it.
final class StateFile {
    let path: String
    /// The folder, which is locked: the file itself is replaced again and again.
    private let folder: Int32

    /// Waits until nobody else holds it.
    init(path: String) throws(ToolFailure) {
        self.path = path
        let end = path.lastIndex(of: "/")
        let name = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        if name == PIDFile.directory { try Self.makeRunDirectory() }
        folder = process_open(name, O_RDONLY | O_DIRECTORY, 0)
        guard folder >= 0 else {
            throw ToolFailure("cannot open \(name): \(Self.reason)")
        }
        while flock(folder, LOCK_EX) != 0 {
            guard process_errno() == EINTR else {
                close(folder)
                throw ToolFailure("cannot lock \(name): \(Self.reason)")
            }
        }
    }

    deinit { close(folder) }

    /// Makes the daemon's own directory where it would: at boot we come first.
    private static func makeRunDirectory() throws(ToolFailure) {
        guard let owner = try owner(), Account.isPrivileged else { return }
        do throws(Failure) {
            try PIDFile.makeDirectory(for: owner)
        } catch {
            throw ToolFailure(error.message)
        }
    }

    /// Whose the file may be besides root's: the daemon's user's, as whom a unit runs us.
    private static func owner() throws(ToolFailure) -> Account? {
        do throws(Failure) {
            return try Account.ofDaemon(Properties())
        } catch {
            throw ToolFailure(error.message)
        }
    }

    /// Reads it; without a file nothing is loaded.
    func read() throws(ToolFailure) -> LoadedPolicy {
        let octets: [UInt8]
        let owner = try Self.owner()
        do throws(GuardedFile.Problem) {
            octets = try GuardedFile(
                path: path, protection: .readableByAll, owner: owner,
                limit: PolicyNumbers.stateFileLimit
            ).read()
        } catch {
            switch error {
            case .missing: return LoadedPolicy()
            case .refused(let reason): throw ToolFailure("\(path): \(reason)")
            }
        }
        do throws(LoadedPolicy.Damage) {
            return try LoadedPolicy(octets)
        } catch {
            throw ToolFailure(
                "\(path):\(error.line): not understood; expected \(error.expected). Without the "
                    + "file, 'ipsecconf -F' still finds all of its policies")
        }
    }

    /// Puts another in its place at once: whoever reads meanwhile has the old or the new one.
    func write(_ loaded: LoadedPolicy) throws(ToolFailure) {
        let temporary = "\(path).new"
        // One that was left behind; nobody else writes while we hold the lock.
        unlink(temporary)
        let descriptor = process_open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o644)
        guard descriptor >= 0 else {
            throw ToolFailure("cannot create \(temporary): \(Self.reason)")
        }
        defer { close(descriptor) }
        var rest = Array(loaded.text.utf8)[...]
        // The daemon reads it, whatever the umask says.
        var isWritten = fchmod(descriptor, 0o644) == 0
        while isWritten, !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                CLinux.write(descriptor, $0.baseAddress, $0.count)
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if process_errno() != EINTR {
                isWritten = false
            }
        }
        guard isWritten, process_rename(temporary, path) == 0 else {
            let reason = Self.reason
            unlink(temporary)
            throw ToolFailure("cannot write \(path): \(reason)")
        }
    }

    private static var reason: String {
        let code = process_errno()
        return strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
