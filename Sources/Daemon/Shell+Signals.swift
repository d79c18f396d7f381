import Reactor
import Net
import IPsec
import CLinux
import IKE
import Policy

// What an administrator asks for by signals.

extension Shell {
    enum Action {
        case refresh, dump, leave
    }

    static let signals: [(number: Int32, action: Action)] = [
        (SIGHUP, .refresh), (SIGUSR1, .dump), (SIGTERM, .leave), (SIGINT, .leave),
    ]

    func obey(_ action: Action) {
        switch action {
        case .refresh: _ = refresh()
        case .dump: dump()
        case .leave: leave()
        }
    }

    /// Reads the files anew: all or nothing; `false` for nothing. What is on the token takes effect
    /// when it has been read.
    func refresh() -> Bool {
        defer { readToken() }
        return reload()
    }

    /// Reads the files anew, with what is known of the token.
    func reload() -> Bool {
        serviceManager?.reloading()
        sink.reopen()
        var report = Report()
        let contents = files.load(previous: keystore, into: &report)
        sink.write(report)
        if let contents {
            sink.write(
                .notice, "refresh: \(Report.count(contents.configuration.rules.count, "rule"))")
            fetcher?.refresh()
            for change in contents.policy.changes(from: policy) {
                sink.write(.notice, "refresh: certificate policy: \(change)")
            }
            put(contents)
        } else {
            sink.write(
                .error, "refresh: \(report.summary); the running configuration stays as it is")
        }
        readPolicyState()
        awaitToken()
        serviceManager?.ready()
        return contents != nil
    }

    /// Puts what has been read in force.
    func put(_ contents: ConfigurationFiles.Contents) {
        workers?.prepare(for: contents.configuration)
        policy = contents.policy
        keystore = contents.keystore
        presharedKeys = contents.keys
        announceExpiries()
        handle(.credentials(contents.credentials))
        handle(.configuration(contents.configuration, contents.keys))
    }

    /// Writes what there is to the log.
    private func dump() {
        sink.write(.notice, "in.ikev2d \(version), process \(getpid()), user \(geteuid())")
        if properties.kernel == .dryRun { sink.write(.notice, Self.dryRun) }
        sink.write(
            .notice,
            "policies: \(policies.outbound.count) out, \(policies.inbound.count) in")
        for (socket, _) in sockets.all {
            let counters = socket.counters
            sink.write(
                .notice,
                "UDP port \(socket.port), \(socket.family == .v4 ? "IPv4" : "IPv6"): received "
                    + "\(counters.received), sent \(counters.sent), truncated "
                    + "\(counters.truncated), unaddressed \(counters.unaddressed), refused "
                    + "\(counters.refused), overflowed \(counters.overflowed)")
        }
        for line in engine.describe(at: now) { sink.write(.notice, line) }
    }

    static let dryRun = "config/kernel is dry-run: no SA is written to the kernel"
}

extension LogSink {
    /// Writes everything that is wrong with the files.
    func write(_ report: Report) {
        for entry in report.entries {
            write(entry.severity == .error ? .error : .warning, lines: entry.text)
        }
    }
}
