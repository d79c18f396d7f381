import Crypto
import Glibc

/// What the daemon costs: a process that serves peers over UDP and writes its log to a file, but no
/// SA to the kernel.
struct DaemonBenchmark {
    let program: String
    /// Where the daemon runs; the generator runs here.
    let site: DaemonProcess.Site
    let namespace: NetworkNamespace
    /// By which the daemon and its peers prove who they are; by a preshared key without.
    var keystores: Keystores?
    /// Handshakes under way at a time.
    var window = 32

    /// Microseconds that a round may keep one side's libcrypto busy, and handshakes that tell
    /// something all the same.
    private static let roundTime = 500_000.0
    private static let least = 16
    /// Handshakes before anything is measured: threads are up and buffers have their size.
    private static let warmUp = 128
    /// Longer than the daemon repeats its last response to a peer that deleted an IKE SA.
    private static let lingeringSeconds: UInt32 = 12

    // MARK: CPU

    /// The daemon's CPU time for each of `count` handshakes, or fewer with a group for which they
    /// would take long, in the best of so many rounds.
    func handshakes(
        _ role: Generator.DaemonRole, _ group: Group, count: Int, rounds: Int
    ) throws {
        var plain = try group.plainPrimitives()
        let signatures = try keystores?.plainSignatures() ?? 0
        let count = min(count, max(Self.least, Int(Self.roundTime / (plain.sum + signatures))))
        try site.configure(group, keystores)
        let daemon = try DaemonProcess(program, at: site)
        let generator = try Generator(role, group, keystores, namespace: namespace)
        try generator.establish(min(Self.warmUp, count), window: window)
        settle()
        var times: [Double] = []
        let switches = try daemon.contextSwitches()
        for _ in 0..<rounds {
            let again = try group.plainPrimitives()
            if again.sum < plain.sum { plain = again }
            let before = try daemon.cpuTime()
            try generator.establish(count, window: window)
            settle()
            times.append(Double(try daemon.cpuTime() - before) / 1000 / Double(count))
        }
        let switched = Double(try daemon.contextSwitches() - switches) / Double(rounds * count)
        let best = times.min() ?? 0
        let primitives = plain.sum + signatures
        let proof = keystores.map { ", \($0.name)" } ?? ""
        row(
            "daemon as \(role.rawValue), \(group.name)\(proof)"
                + "\(window == 1 ? ", one at a time" : "")",
            best, "us",
            // An initiator serves its kernel beside.
            goal: role == .responder ? "<= \(decimal(Self.goal(primitives), digits: 0))" : "",
            note: "\(decimal(best / primitives, digits: 2)) times libcrypto's "
                + "\(decimal(primitives, digits: 0)), rest "
                + "\(decimal(best - primitives, digits: 0)); worst round "
                + "\(decimal(times.max() ?? 0, digits: 0)); "
                + "\(decimal(switched, digits: 2)) context switches")
    }

    /// A quarter more than libcrypto takes, or a tenth of a millisecond.
    private static func goal(_ primitives: Double) -> Double {
        max(primitives * 1.25, primitives + 100)
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
