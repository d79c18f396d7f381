import Glibc
import Policy

/// What a daemon costs before anybody speaks to it.
struct FootprintBenchmark {
    /// The goals of one kind of build.
    struct Goals {
        /// In MB.
        let resident, anonymous, size: Double

        static let dist = Goals(resident: 9.5, anonymous: 1.3, size: 7)
        static let embedded = Goals(resident: 6.5, anonymous: 1, size: 1)
    }

    /// The program without its symbols, as it is packaged.
    let program: String
    let site: DaemonProcess.Site
    let goals: Goals

    /// Memory, threads and size with one rule.
    func idle() throws {
        try site.configure(Group.usual)
        let daemon = try DaemonProcess(program, at: site)
        usleep(300_000)
        let memory = try daemon.memory()
        row(
            "resident", memory.resident / 1024, "MB",
            goal: "<= \(decimal(goals.resident, digits: 1))", digits: 2)
        row(
            "  of it anonymous", memory.anonymous / 1024, "MB",
            goal: "<= \(decimal(goals.anonymous, digits: 1))",
            note:
                "its own alone, file pages included: \(decimal(memory.ownPages / 1024, digits: 2))",
            digits: 2)
        row(
            "program, stripped", try size() / 1_000_000, "MB",
            goal: "<= \(decimal(goals.size, digits: 1))", digits: 2)
        row("threads", Double(try daemon.threadCount()), "", digits: 0)
    }

    private func size() throws -> Double {
        var status = stat()
        guard stat(program, &status) == 0 else { throw Failure(system: "look at \(program)") }
        return Double(status.st_size)
    }

    /// What the certificates of a keystore, and the keys, take.
    func idle(_ keystores: Keystores) throws {
        func memory() throws -> ProcessMemory {
            let daemon = try DaemonProcess(program, at: site)
            usleep(300_000)
            return try daemon.memory()
        }
        try site.configure(Group.usual)
        let before = try memory()
        try site.configure(Group.usual, keystores)
        let after = try memory()
        row(
            "proportional set with 100 certificates (\(keystores.name))",
            after.proportional / 1024, "MB",
            note: "without \(decimal(before.proportional / 1024, digits: 2)); own pages "
                + "\(decimal(after.ownPages / 1024, digits: 2)), without "
                + decimal(before.ownPages / 1024, digits: 2),
            digits: 2)
    }

    /// How long it takes to be ready, and to be so with a thousand rules; how long `-c` takes.
    func start(rules: Int, rounds: Int) throws {
        try site.configure(Group.usual)
        let (best, median) = try startTimes(rounds)
        row(
            "start to READY=1", best, "ms", goal: "< 10",
            note: "median \(decimal(median, digits: 1))")
        try site.configure(Group.usual, others: rules - 1)
        let (bestOfMany, medianOfMany) = try startTimes(max(3, rounds / 4))
        row(
            "  with \(rules) rules and keys", bestOfMany, "ms",
            note: "median \(decimal(medianOfMany, digits: 1))")
        row("in.ikev2d -c, \(rules) rules and keys", try checkTime(rounds: 5), "ms", goal: "< 50")
    }

    private func startTimes(_ rounds: Int) throws -> (best: Double, median: Double) {
        let times = try (0..<rounds).map { _ in
            Double(try DaemonProcess(program, at: site).startTime) / 1_000_000
        }.sorted()
        return (times[0], times[rounds / 2])
    }

    private func checkTime(rounds: Int) throws -> Double {
        let times = try (0..<rounds).map { _ in
            let before = nanoseconds(CLOCK_MONOTONIC)
            let status = end(of: try spawn(program, ["-c"] + site.arguments, isSilent: true))
            guard status == 0 else { throw Failure("\(program) -c finds fault with our rules") }
            return Double(nanoseconds(CLOCK_MONOTONIC) - before) / 1_000_000
        }
        return times.min() ?? 0
    }

    /// How long the parsers take for so many rules and keys, in this process.
    static func parse(rules: Int, rounds: Int = 5) throws {
        let group = Group.usual
        let file = Source(
            name: "ikev2.config", octets: Array(Setting.rules(group, others: rules - 1).utf8))
        let keyFile = Source(
            name: "ikev2.preshared", octets: Array(Setting.keys(others: rules - 1).utf8))
        var steps = [Double](repeating: .infinity, count: 3)
        for _ in 0..<rounds {
            var diagnostics = Diagnostics()
            let start = threadTime()
            let configuration = Configuration.parse(file, into: &diagnostics)
            let parsed = threadTime()
            let keys = PresharedKeys.parse(keyFile, into: &diagnostics)
            let keysParsed = threadTime()
            guard let configuration, let keys else { throw Failure("our rules do not parse") }
            configuration.check(in: file, with: keys, in: keyFile, into: &diagnostics)
            let times = [parsed - start, keysParsed - parsed, threadTime() - keysParsed]
            for index in steps.indices {
                steps[index] = min(steps[index], Double(times[index]) / 1_000_000)
            }
        }
        row(
            "\(rules) rules and keys, parsed and checked", steps.reduce(0, +), "ms", goal: "< 50",
            note: "rules \(decimal(steps[0], digits: 1)), keys \(decimal(steps[1], digits: 1)), "
                + "check \(decimal(steps[2], digits: 1))")
    }
}
