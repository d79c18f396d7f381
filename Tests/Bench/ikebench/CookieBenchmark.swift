import Glibc
import Net
import Reactor

/// How fast the daemon asks a flood for cookies, beside a bare echo over the same link.
struct CookieBenchmark {
    let program: String
    let site: DaemonProcess.Site

    /// The discard port's neighbour: echo has been RFC 862's since 1983.
    private static let echoPort: UInt16 = 7
    /// Octets of an answer that asks for a cookie: header, notify, version and code.
    private static let answerLength = 28 + 8 + 17
    /// The door asks by then, and buffers have their size.
    private static let warmUp = 10_000

    private struct Rate {
        /// Answers a second.
        var wall: [Double] = []
        /// Microseconds of the server's CPU for each.
        var cpu: [Double] = []
    }

    /// Prints both rates, the median of so many rounds in turn of `count` datagrams each.
    func run(_ group: Group, count: Int, rounds: Int) throws {
        try site.configure(group)
        let knock = try Knock(group)
        let loop = try EventLoop()
        let daemon = try DaemonProcess(program, at: site)
        let echo = try DaemonProcess(
            "/proc/self/exe",
            ["echo", "--port", "\(Self.echoPort)", "--length", "\(Self.answerLength)"], at: site)
        let gateway = Setting.daemon
        let doorFlood = try Flood(knock, at: SocketAddress(gateway, port: 500), on: loop)
        let echoFlood = try Flood(
            knock, at: SocketAddress(gateway, port: Self.echoPort), on: loop)
        _ = try doorFlood.run(Self.warmUp)
        _ = try echoFlood.run(Self.warmUp)
        var door = Rate()
        var bare = Rate()
        let cookies = doorFlood.tally.cookies
        for _ in 0..<rounds {
            try measure(echoFlood, echo, count, &bare)
            try measure(doorFlood, daemon, count, &door)
        }
        let share = Double(doorFlood.tally.cookies - cookies) / Double(rounds * count) * 100
        let ratios = zip(door.wall, bare.wall).map { $0 / $1 }
        let cpuRatios = zip(bare.cpu, door.cpu).map { $0 / $1 }
        row(
            "bare echo, \(knock.octets.count) octets in, \(Self.answerLength) out",
            median(bare.wall), "/s", note: "CPU \(decimal(median(bare.cpu), digits: 2)) us each",
            digits: 0)
        row(
            "cookies asked for", median(door.wall), "/s",
            note: "CPU \(decimal(median(door.cpu), digits: 2)) us each; "
                + "\(decimal(share, digits: 1)) % of what came were asked", digits: 0)
        row(
            "  beside the echo", median(ratios), "", goal: ">= 0.7",
            note: "by CPU time \(decimal(median(cpuRatios), digits: 2)); half of "
                + "\(ratios.count) rounds within \(quarters(ratios)); lost "
                + "\(doorFlood.tally.lost) and \(echoFlood.tally.lost)", digits: 2)
    }

    /// Between what the middle half of some values lies.
    private func quarters(_ values: [Double]) -> String {
        let sorted = values.sorted()
        return [sorted.count / 4, sorted.count * 3 / 4].map { decimal(sorted[$0], digits: 2) }
            .joined(separator: " and ")
    }

    private func measure(
        _ flood: Flood, _ server: DaemonProcess, _ count: Int, _ rate: inout Rate
    ) throws {
        let before = try server.cpuTime()
        let time = try flood.run(count)
        rate.wall.append(Double(count) * 1_000_000_000 / Double(time))
        rate.cpu.append(Double(try server.cpuTime() - before) / 1000 / Double(count))
    }
}

/// The middle one of some values, of which there is one at least.
func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
