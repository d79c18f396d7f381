import Glibc

/// What those who look at a daemon with ikeadm cost it and its peers.
struct AdministrationBenchmark {
    let program: String
    /// The ikeadm that belongs to it.
    let ikeadm: String
    let site: DaemonProcess.Site
    let namespace: NetworkNamespace

    private var path: String { site.path("socket") }

    private static let questions = [
        ["dump", "ikesa"], ["dump", "childsa"], ["-j", "dump", "ikesa"], ["get", "stats"],
    ]

    private func start(_ group: Group) throws -> DaemonProcess {
        try site.configure(group)
        return try DaemonProcess(program, at: site, setting: ["-o", "config/admin_socket=\(path)"])
    }

    // MARK: Dumps

    /// How long dumps of so many IKE SAs take, and how long they hold up the loop.
    func dumps(_ group: Group, count: Int) throws {
        let daemon = try start(group)
        let generator = try Generator(.responder, group, namespace: namespace)
        try generator.establish(count, window: 32)
        for words in Self.questions {
            let before = try longTurns()
            let (milliseconds, octets) = try ask(words)
            let after = try longTurns()
            row(
                "ikeadm \(words.joined(separator: " ")), \(count) IKE SAs", milliseconds, "ms",
                note: "\(octets) octets; turns of the loop over 1 ms: \(after[0] - before[0]), "
                    + "over 5 ms: \(after[1] - before[1]) (goal 0)")
        }
        withExtendedLifetime((daemon, generator)) {}
    }

    /// Has ikeadm do something; gives milliseconds, and what it said.
    private func ask(_ words: [String]) throws -> (milliseconds: Double, octets: Int) {
        let output = site.path("output")
        defer { unlink(output) }
        let before = nanoseconds(CLOCK_MONOTONIC)
        let status = end(of: try spawn(ikeadm, ["-s", path] + words, output: output))
        let time = Double(nanoseconds(CLOCK_MONOTONIC) - before) / 1_000_000
        guard status == 0 else { throw Failure("ikeadm \(words.joined(separator: " ")) fails") }
        return (time, try contents(of: output).utf8.count)
    }

    /// The turns that took longer than 1 and 5 ms, by the daemon's own count.
    private func longTurns() throws -> [Int] {
        let output = site.path("output")
        defer { unlink(output) }
        let question = ["-j", "-s", path, "get", "stats"]
        guard end(of: try spawn(ikeadm, question, output: output)) == 0 else {
            throw Failure("ikeadm get stats fails")
        }
        let text = try contents(of: output)
        // Names and numbers, without what JSON has between them.
        let words = text.split { "{}[],: \"\n".contains($0) }
        return try ["1", "5"].map { limit in
            guard let place = words.firstIndex(of: "turns_over_\(limit)_ms"),
                let number = Int(words[place + 1])
            else { throw Failure("the daemon does not count its turns") }
            return number
        }
    }

    // MARK: Clients that stall

    /// What a handshake takes, from the first packet to the last, one at a time, alone and while so
    /// many clients of the control socket connect, say half of something, and wait.
    func stalls(_ group: Group, clients: Int, count: Int, rounds: Int) throws {
        let daemon = try start(group)
        let generator = try Generator(.responder, group, namespace: namespace)
        try generator.establish(count, window: 1)
        func round() throws -> Double {
            let before = nanoseconds(CLOCK_MONOTONIC)
            try generator.establish(count, window: 1)
            return Double(nanoseconds(CLOCK_MONOTONIC) - before) / 1000 / Double(count)
        }
        var (alone, crowded): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            alone.append(try round())
            let crowd = try Crowd(clients, at: path)
            crowded.append(try round())
            withExtendedLifetime(crowd) {}
        }
        let median = { (times: [Double]) in times.sorted()[times.count / 2] }
        row(
            "a handshake beside \(clients) stalled clients", median(crowded), "us",
            note: "alone \(decimal(median(alone), digits: 1)), "
                + "from \(decimal(alone.min() ?? 0, digits: 0)) to "
                + "\(decimal(alone.max() ?? 0, digits: 0))")
        withExtendedLifetime(daemon) {}
    }

    /// Clients that want nothing good.
    private final class Crowd {
        private var descriptors: [Int32] = []

        init(_ count: Int, at path: String) throws {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
            let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            for index in 0..<count {
                let descriptor = socket(AF_UNIX, type, 0)
                guard descriptor >= 0 else { throw Failure(system: "open a client") }
                descriptors.append(descriptor)
                // Those for whom there is no room have come in vain, as they may.
                let isConnected = withUnsafePointer(to: address) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                    }
                }
                guard isConnected else { continue }
                let octets: [UInt8] =
                    switch index % 3 {
                    case 0: [0, 0]
                    case 1: [UInt8](repeating: 0x41, count: 1_000_000)
                    default: []
                    }
                send(descriptor, octets, octets.count, Int32(MSG_NOSIGNAL))
            }
        }

        deinit { for descriptor in descriptors { close(descriptor) } }
    }
}
