import Glibc

/// What memory a process has, in KiB, as the kernel accounts for it.
struct ProcessMemory {
    /// Resident, shared pages included.
    let resident: Double
    /// Resident, of what is shared its part: what top and smem call PSS.
    let proportional: Double
    /// Pages that no other process has, those of its files included.
    let ownPages: Double
    /// Pages that no file backs: heap, stacks, relocated data.
    let anonymous: Double

    init(of process: pid_t) throws {
        let text = try contents(of: "/proc/\(process)/smaps_rollup")
        func kilobytes(_ name: String) -> Double {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
        }
        resident = kilobytes("Rss")
        proportional = kilobytes("Pss")
        ownPages = kilobytes("Private_Clean") + kilobytes("Private_Dirty")
        anonymous = kilobytes("Anonymous")
    }
}

/// A file, such as those in /proc that have no size.
func contents(of path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(system: "open \(path)") }
    defer { close(descriptor) }
    var octets: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = read(descriptor, &room, room.count)
        guard count >= 0 else { throw Failure(system: "read \(path)") }
        guard count > 0 else { return String(decoding: octets, as: UTF8.self) }
        octets += room.prefix(count)
    }
}

/// Writes a file that nobody else may read.
func write(_ text: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure(system: "create \(path)") }
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { throw Failure(system: "write \(path)") }
        rest = rest.dropFirst(count)
    }
}
