import Glibc

/// A daemon in a process of its own, under our measuring tools. It ends with this object.
final class DaemonProcess {
    /// Where daemons find their files.
    struct Site {
        /// A directory that is ours alone.
        let directory: String
        /// Where those that have peers run; `nil` for here.
        let namespace: NetworkNamespace?

        func path(_ name: String) -> String { "\(directory)/\(name)" }

        /// Writes the files of rules and keys.
        func configure(
            _ group: Group, _ keystores: Keystores? = nil, others: Int = 0, silence: UInt32 = 0
        ) throws {
            try write(
                Setting.rules(group, keystores, others: others, silence: silence),
                to: path("ikev2.config"))
            try write(Setting.keys(others: others), to: path("ikev2.preshared"))
            try write(
                keystores.map { "config/keystore = \($0.daemon)\n" } ?? "",
                to: path("ikev2d.conf"))
        }

        /// The arguments with which a daemon finds those files.
        var arguments: [String] {
            [
                "-f", path("ikev2.config"), "-P", path("ikev2d.conf"),
                "-o", "config/preshared_file=" + path("ikev2.preshared"),
                "-o", "config/user=root",
            ]
        }
    }

    let pid: pid_t
    /// Nanoseconds from the call that made the process to its READY=1.
    let startTime: UInt64
    private let log: String

    /// Starts the program and waits until it is ready.
    convenience init(_ program: String, at site: Site, setting more: [String] = []) throws {
        try self.init(
            program,
            site.arguments + [
                "-o", "config/kernel=dry-run", "-o", "config/debug_logfile=" + site.path("log"),
            ] + more, at: site)
    }

    /// Starts a program with these arguments, which tells of its readiness as daemons do.
    init(_ program: String, _ arguments: [String], at site: Site) throws {
        let ready = try NotifySocket(site.path("notify"))
        func start() throws -> (pid_t, UInt64) {
            let before = nanoseconds(CLOCK_MONOTONIC)
            let pid = try spawn(
                program, arguments, environment: ["NOTIFY_SOCKET=" + ready.path])
            return (pid, before)
        }
        let (pid, before) = try site.namespace?.run(start) ?? start()
        self.pid = pid
        log = site.path("log")
        do {
            try ready.waitUntilReady()
        } catch {
            kill(pid, SIGKILL)
            _ = end(of: pid)
            throw error
        }
        startTime = nanoseconds(CLOCK_MONOTONIC) - before
    }

    deinit {
        kill(pid, SIGKILL)
        _ = end(of: pid)
        unlink(log)
    }

    /// CPU time of all its threads, user and system, in nanoseconds.
    func cpuTime() throws -> UInt64 {
        var clock = clockid_t()
        guard clock_getcpuclockid(pid, &clock) == 0 else {
            throw Failure("the daemon has ended")
        }
        return nanoseconds(clock)
    }

    /// How often its threads have gone to sleep, or were made to.
    func contextSwitches() throws -> Int {
        guard let directory = opendir("/proc/\(pid)/task") else {
            throw Failure(system: "look at the daemon's threads")
        }
        defer { closedir(directory) }
        var sum = 0
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard Int(name) != nil else { continue }
            let text = try contents(of: "/proc/\(pid)/task/\(name)/status")
            for line in text.split(separator: "\n") where line.contains("ctxt_switches:") {
                sum += line.split(separator: "\t").last.flatMap { Int($0) } ?? 0
            }
        }
        return sum
    }

    func memory() throws -> ProcessMemory { try ProcessMemory(of: pid) }

    /// What the daemon says of itself when it is asked to.
    func dump(milliseconds: Int = 10_000) throws -> [String] {
        let known = try contents(of: log).utf8.count
        kill(pid, SIGUSR1)
        for _ in 0..<milliseconds / 10 {
            let text = String(decoding: try contents(of: log).utf8.dropFirst(known), as: UTF8.self)
            // The last may not be whole yet.
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            if lines.contains(where: { $0.contains("front door: dropped: ") }) {
                return lines.map(String.init)
            }
            usleep(10_000)
        }
        throw Failure("the daemon does not tell of itself")
    }

    func threadCount() throws -> Int {
        let text = try contents(of: "/proc/\(pid)/status")
        let line = text.split(separator: "\n").first { $0.hasPrefix("Threads:") }
        return line?.split(separator: "\t").last.flatMap { Int($0) } ?? 0
    }
}

/// Starts a program of which only complaints are wanted, if these. It has our settings of malloc, to
/// try them out.
func spawn(
    _ program: String, _ arguments: [String], environment: [String] = [], isSilent: Bool = false,
    output: String = "/dev/null"
) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
    if isSilent { posix_spawn_file_actions_adddup2(&actions, 1, 2) }
    let inherited = ["PATH", "GLIBC_TUNABLES"].compactMap { (name: String) in
        getenv(name).map { "\(name)=\(String(cString: $0))" }
    }
    let words = copies([program] + arguments)
    let variables = copies(inherited + environment)
    defer { for word in words + variables { free(word) } }
    var pid = pid_t()
    let code = posix_spawnp(&pid, program, &actions, nil, words, variables)
    guard code == 0 else { throw Failure("start \(program): \(String(cString: strerror(code)))") }
    return pid
}

/// The words as C has them, to be freed by the caller.
private func copies(_ words: [String]) -> [UnsafeMutablePointer<CChar>?] {
    words.map { strdup($0) } + [nil]
}

/// Waits for the end of a process; returns its exit status, or `nil` when a signal ended it.
func end(of process: pid_t) -> Int32? {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status & 0x7F == 0 ? status >> 8 & 0xFF : nil
}
