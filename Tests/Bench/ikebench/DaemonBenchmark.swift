import Crypto
import Glibc

/// What the daemon costs: a process that serves peers over UDP and writes its log to a file, but no
/// SA to the kernel.
struct DaemonBenchmark {
    let program: String
    /// Where the daemon runs; the generator runs here.
    let site: DaemonProcess.Site
    let namespace: NetworkNamespace
    /// Handshakes under way at a time.
    var window = 32

    /// Handshakes before anything is measured: threads are up and buffers have their size.
    private static let warmUp = 128
    /// Longer than the daemon repeats its last response to a peer that deleted an IKE SA.
    private static let lingeringSeconds: UInt32 = 12

    // MARK: CPU

    /// The daemon's CPU time for each of `count` handshakes, in the best of so many rounds.
    func handshakes(
        _ role: Generator.DaemonRole, _ group: Group, count: Int, rounds: Int
    ) throws {
        try site.configure(group)
        let daemon = try DaemonProcess(program, at: site)
        let generator = try Generator(role, group, namespace: namespace)
        try generator.establish(Self.warmUp, window: window)
        settle()
        var times: [Double] = []
        var primitives = Double.infinity
        let switches = try daemon.contextSwitches()
        for _ in 0..<rounds {
            let (generate, derive) = try group.primitives()
            primitives = min(primitives, generate + derive)
            let before = try daemon.cpuTime()
            try generator.establish(count, window: window)
            settle()
            times.append(Double(try daemon.cpuTime() - before) / 1000 / Double(count))
        }
        let switched = Double(try daemon.contextSwitches() - switches) / Double(rounds * count)
        let best = times.min() ?? 0
        row(
            "daemon as \(role.rawValue), \(group.name)\(window == 1 ? ", one at a time" : "")",
            best, "us",
            goal: role == .responder ? "<= \(decimal(group.goal, digits: 0))" : "",
            note: "libcrypto \(decimal(primitives, digits: 0)), rest "
                + "\(decimal(best - primitives, digits: 0)); worst round "
                + "\(decimal(times.max() ?? 0, digits: 0)); "
                + "\(decimal(switched, digits: 2)) context switches")
    }

    /// What the peer has been told last, the daemon finishes within this.
    private func settle() { usleep(50_000) }

    // MARK: Memory

    /// The daemon's memory for each of so many IKE SAs with a Child SA, and what remains of it when
    /// the peers have deleted all.
    func memory(_ role: Generator.DaemonRole, _ group: Group, count: Int) throws {
        try site.configure(group)
        let daemon = try DaemonProcess(program, at: site)
        let generator = try Generator(role, group, namespace: namespace)
        try generator.establish(Self.warmUp, window: window)
        settle()
        let before = try daemon.memory()
        try generator.establish(count, window: window)
        settle()
        let full = try daemon.memory()
        try generator.deleteAll()
        sleep(Self.lingeringSeconds)
        let after = try daemon.memory()
        let ownPages = full.ownPages - before.ownPages
        row(
            "an IKE SA with its Child SA, daemon as \(role.rawValue)", ownPages / Double(count),
            "KB", goal: "<= 3",
            note: "over \(count); anonymous "
                + decimal((full.anonymous - before.anonymous) / Double(count), digits: 2),
            digits: 2)
        row(
            "  given back when all are deleted",
            (full.ownPages - after.ownPages) / ownPages * 100, "%",
            note: "own pages "
                + [before, full, after].map { decimal($0.ownPages / 1024, digits: 1) }
                .joined(separator: ", ") + " MB",
            digits: 0)
    }
}
