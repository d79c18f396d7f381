import CLinux
import Reactor

/// A file on which the daemon's security rests: it is read only when nobody but root and the
/// daemon's user can have written it.
package struct GuardedFile: Sendable {
    /// Whom the file must be kept from.
    package enum Protection: Sendable {
        /// Others may read it, not write it.
        case readableByAll
        /// Others may do neither: it holds secrets.
        case secret

        /// The permissions that must not be given.
        var forbidden: mode_t { self == .readableByAll ? 0o022 : 0o177 }

        /// The modes that will do, in words.
        var expected: String {
            self == .readableByAll ? "0644 or tighter" : "0600 or tighter"
        }
    }

    /// Why a file is not read.
    package enum Problem: Error, Equatable, Sendable {
        /// There is none.
        case missing
        /// What is wrong, and what was expected.
        case refused(String)
    }

    /// The most octets that are read, where nobody says otherwise.
    package static let sizeLimit = 4 << 20

    let path: String
    let protection: Protection
    /// Whose it may be besides root's; `nil` for no one's.
    let owner: Account?
    /// The most octets that are read.
    let limit: Int

    /// The file at a path.
    package init(
        path: String, protection: Protection, owner: Account?,
        limit: Int = GuardedFile.sizeLimit
    ) {
        self.path = path
        self.protection = protection
        self.owner = owner
        self.limit = limit
    }

    /// Reads the whole file. What is judged is what was opened, not what the name stands for a
    /// moment later.
    package func read() throws(Problem) -> [UInt8] {
        // A FIFO without a writer must not hold us up.
        let number = process_open(path, O_RDONLY | O_NONBLOCK, 0)
        guard number >= 0 else {
            let code = process_errno()
            guard code != ENOENT else { throw .missing }
            throw .refused("cannot be opened: \(systemErrorText(code))")
        }
        let descriptor = Descriptor(owning: number)
        return try contents(of: descriptor, size: try checkedSize(of: descriptor))
    }

    private func checkedSize(of descriptor: Descriptor) throws(Problem) -> Int {
        var status = stat()
        guard process_file_status(descriptor.number, &status) == 0 else {
            throw .refused("cannot be looked at: \(systemErrorText(process_errno()))")
        }
        guard status.isA(S_IFREG) else {
            throw .refused("is no regular file; expected one")
        }
        try Self.checkOwner(of: status, owner)
        let mode = status.st_mode & 0o7777
        guard mode & protection.forbidden == 0 else {
            throw .refused(
                "mode \(Self.octal(mode)) lets others \(verbs(mode)); "
                    + "expected \(protection.expected)")
        }
        guard status.st_size <= limit else {
            throw .refused("is larger than \(limit) octets; expected a smaller one")
        }
        return Int(status.st_size)
    }

    /// Looks whether it is root's, or the daemon's.
    static func checkOwner(of status: stat, _ owner: Account?) throws(Problem) {
        guard status.st_uid == 0 || status.st_uid == owner?.user else {
            let allowed = owner.map { $0.user == 0 ? "root" : "root or '\($0.name)'" } ?? "root"
            throw .refused("belongs to user \(status.st_uid); expected it to belong to \(allowed)")
        }
    }

    private func contents(of descriptor: Descriptor, size: Int) throws(Problem) -> [UInt8] {
        // One octet more than there should be, to see the end.
        var failure: Int32 = 0
        let octets = [UInt8](unsafeUninitializedCapacity: size + 1) { room, count in
            while count < room.count {
                let got = CLinux.read(
                    descriptor.number, room.baseAddress.map { $0 + count }, room.count - count)
                if got == 0 { return }
                if got > 0 {
                    count += got
                } else if process_errno() != EINTR {
                    failure = process_errno()
                    return
                }
            }
        }
        guard failure == 0 else {
            throw .refused("cannot be read: \(systemErrorText(failure))")
        }
        guard octets.count <= size else { throw .refused("changes while it is read") }
        return octets
    }

    private func verbs(_ mode: mode_t) -> String {
        switch (mode & 0o044 != 0 && protection == .secret, mode & 0o022 != 0) {
        case (true, true): "read and write it"
        case (true, false): "read it"
        case (false, true): "write it"
        case (false, false): "run it"
        }
    }

    static func octal(_ mode: mode_t) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}

extension stat {
    /// Whether the file is of a type, such as `S_IFREG`.
    func isA(_ type: Int32) -> Bool { st_mode & 0o170000 == mode_t(truncatingIfNeeded: type) }
}
