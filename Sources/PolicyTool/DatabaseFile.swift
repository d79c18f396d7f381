import CLinux
import Policy

/// kmf-policy.xml(5) as kmfcfg reads and replaces it.
struct DatabaseFile {
    let path: String

    /// More than the reader takes is not read.
    private static let sizeLimit = PolicyDatabase.sizeLimit + 1

    /// Reads it.
    func read() throws(ToolFailure) -> PolicyDatabase {
        guard let octets = try contents() else {
            throw ToolFailure(.access, "\(path) does not exist")
        }
        return try parse(octets)
    }

    /// Reads it; without a file there is a database without policies.
    func readOrEmpty() throws(ToolFailure) -> PolicyDatabase {
        guard let octets = try contents() else { return PolicyDatabase() }
        return try parse(octets)
    }

    private func parse(_ octets: [UInt8]) throws(ToolFailure) -> PolicyDatabase {
        var diagnostics = Diagnostics()
        let database = PolicyDatabase.parse(
            Source(name: path, octets: octets), into: &diagnostics)
        guard let database else {
            throw ToolFailure(database: diagnostics.map { $0.render() })
        }
        return database
    }

    /// The octets; `nil` when there is no such file.
    private func contents() throws(ToolFailure) -> [UInt8]? {
        let descriptor = process_open(path, O_RDONLY | O_NONBLOCK, 0)
        guard descriptor >= 0 else {
            guard process_errno() != ENOENT else { return nil }
            throw failed("open")
        }
        defer { close(descriptor) }
        var octets: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 16 << 10)
        while octets.count < Self.sizeLimit {
            let count = CLinux.read(descriptor, &room, room.count)
            if count == 0 { break }
            if count > 0 {
                octets += room[..<count]
            } else if process_errno() != EINTR {
                throw failed("read")
            }
        }
        return octets
    }

    /// Puts a database in its place at once: whoever reads meanwhile has the old or the new one.
    /// Owner, group and mode stay; a file that is new may be read by all.
    func write(_ database: PolicyDatabase) throws(ToolFailure) {
        // Behind a symbolic link, the file is replaced and not the link.
        let target = Self.resolved(path) ?? path
        let temporary = "\(target).\(getpid())"
        let descriptor = process_open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw failed("create \(temporary)") }
        do throws(ToolFailure) {
            defer { close(descriptor) }
            try fill(descriptor, Array(database.text.utf8))
            try takeOver(from: target, to: descriptor)
            guard fsync(descriptor) == 0 else { throw failed("write") }
            guard process_rename(temporary, target) == 0 else { throw failed("replace") }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private func fill(_ descriptor: Int32, _ octets: [UInt8]) throws(ToolFailure) {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                CLinux.write(descriptor, $0.baseAddress, $0.count)
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if process_errno() != EINTR {
                throw failed("write")
            }
        }
    }

    private func takeOver(from old: String, to descriptor: Int32) throws(ToolFailure) {
        var mode: mode_t = 0o644
        let existing = process_open(old, O_RDONLY | O_NONBLOCK, 0)
        if existing >= 0 {
            defer { close(existing) }
            var status = stat()
            guard process_file_status(existing, &status) == 0 else { throw failed("look at") }
            mode = status.st_mode & 0o7777
            guard fchown(descriptor, status.st_uid, status.st_gid) == 0 else {
                throw failed("keep the owner of")
            }
        }
        guard fchmod(descriptor, mode) == 0 else { throw failed("set the mode of") }
    }

    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private func failed(_ what: String) -> ToolFailure {
        let code = process_errno()
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return ToolFailure(.access, "cannot \(what) \(path): \(reason)")
    }
}
