import CLinux
import Keystore
import Reactor

/// A directory on whose files the daemon's security rests: whoever may write it can put others in
/// their place, whatever their modes say.
struct GuardedDirectory: Sendable {
    let path: String
    /// Whose it may be besides root's; `nil` for no one's.
    let owner: Account?

    /// Looks whether nobody but root and the daemon's user can write it.
    func check() throws(GuardedFile.Problem) {
        let number = process_open(path, O_RDONLY | O_DIRECTORY, 0)
        guard number >= 0 else {
            let code = process_errno()
            guard code != ENOENT else { throw .missing }
            throw .refused("cannot be opened: \(systemErrorText(code))")
        }
        let descriptor = Descriptor(owning: number)
        var status = stat()
        guard process_file_status(descriptor.number, &status) == 0 else {
            throw .refused("cannot be looked at: \(systemErrorText(process_errno()))")
        }
        try GuardedFile.checkOwner(of: status, owner)
        let mode = status.st_mode & 0o7777
        guard mode & 0o022 == 0 else {
            throw .refused(
                "mode \(GuardedFile.octal(mode)) lets others put files into it; "
                    + "expected 0755 or tighter")
        }
    }
}
