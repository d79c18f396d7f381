import CLinux
import Crypto

/// Files to be written together: all of them, or none.
///
/// Each is written beside its place under a name that no reader of a keystore looks at. Only when
/// every one of them is on the disk do they get their names.
public final class FileChanges {
    /// Why a file was not written.
    public struct Problem: Error, Equatable, Sendable {
        /// The file.
        public let path: String
        /// What is wrong.
        public let reason: String

        init(_ path: String, _ code: Int32) {
            self.path = path
            reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        }

        init(existing path: String) {
            self.path = path
            reason = "exists already; expected another name, or replace=yes"
        }
    }

    private struct Change {
        let path: String
        let temporary: String
        let replaces: Bool
    }

    private var changes: [Change] = []

    /// Without any change.
    public init() {}

    deinit {
        for change in changes { unlink(change.temporary) }
    }

    /// Writes a file beside its place.
    ///
    /// - Parameter replacing: whether one may be there already.
    public func stage(
        _ contents: Secret, at path: String, mode: mode_t, replacing: Bool
    ) throws(Problem) {
        // The name is taken at the end; this spares everything else.
        guard replacing || access(path, F_OK) != 0 else { throw Problem(existing: path) }
        let temporary = Self.temporary(for: path, process: getpid(), number: changes.count)
        // One that is there was left by a process of our number, which is gone.
        unlink(temporary)
        let descriptor = process_open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw Problem(path, process_errno()) }
        defer { close(descriptor) }
        changes.append(Change(path: path, temporary: temporary, replaces: replacing))
        let isWritten = contents.withUnsafeBytes { Self.write($0, to: descriptor) }
        guard isWritten, fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else {
            throw Problem(path, process_errno())
        }
    }

    /// Gives the files their names. When one cannot have it, the names given so far are taken back.
    public func commit() throws(Problem) {
        var added: [String] = []
        for change in changes {
            guard !change.replaces else {
                guard rename(change.temporary, change.path) == 0 else {
                    throw takeBack(added, Problem(change.path, process_errno()))
                }
                continue
            }
            // Unlike rename(2), this never takes a name from another file.
            guard link(change.temporary, change.path) == 0 else {
                let code = process_errno()
                throw takeBack(
                    added,
                    code == EEXIST
                        ? Problem(existing: change.path) : Problem(change.path, code))
            }
            added.append(change.path)
        }
    }

    private func takeBack(_ paths: [String], _ problem: Problem) -> Problem {
        for path in paths { unlink(path) }
        return problem
    }

    private static func write(_ octets: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = CLinux.write(
                descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0 {
                guard process_errno() == EINTR else { return false }
            } else {
                rest = rest.dropFirst(count)
            }
        }
        return true
    }

    /// A name in the same folder, which begins with a dot.
    private static func temporary(for path: String, process: pid_t, number: Int) -> String {
        let name = ".\(process)-\(number).new"
        guard let slash = path.lastIndex(of: "/") else { return name }
        return "\(path[...slash])\(name)"
    }
}
