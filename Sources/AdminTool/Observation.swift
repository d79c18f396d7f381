import Admin

/// What the daemon has at one moment.
struct Observation {
    private let time: UInt64
    private let statistics: Value
    private let ikeSAs: [Value]
    private let childSAs: [Value]
    private let events: [Value]

    /// Asks for all of it.
    ///
    /// - Parameter time: now, in milliseconds.
    init(_ socket: String, at time: UInt64) throws(Failure) {
        self.time = time
        statistics = try Self.ask(socket, .get(.stats)).first ?? .object([])
        ikeSAs = try Self.ask(socket, .dump(.ikeSAs))
        childSAs = try Self.ask(socket, .dump(.childSAs))
        events = try Self.ask(socket, .dump(.events))
    }

    private static func ask(_ socket: String, _ request: Request) throws(Failure) -> [Value] {
        var client = try Client(socket, request)
        var values: [Value] = []
        while true {
            switch try client.next() {
            case .object(let value): values.append(value)
            case .piece, .note: break
            case .done: return values
            case .failed(let reason): throw Failure(reason)
            }
        }
    }

    /// The events that another did not have yet.
    func news(after last: Observation?) -> [Value] {
        let known = last?.events.last?["number"]?.number ?? 0
        return events.filter { $0["number"]?.number ?? 0 > known }
    }

    /// All of it in one document, of the events what is new.
    func value(after last: Observation?) -> Value {
        .object([
            Value.Member("stats", statistics), Value.Member("ikesa", .array(ikeSAs)),
            Value.Member("childsa", .array(childSAs)),
            Value.Member("event", .array(news(after: last))),
        ])
    }
}

// MARK: - In words

extension Observation {
    /// The numbers, on one line.
    func summary(after last: Observation?) -> String {
        let halfOpen = count("ike_sas", "half_open")
        let established = established - (last?.established ?? established)
        let repeated = count("requests", "retransmitted")
        let before = last?.count("requests", "retransmitted") ?? repeated
        return
            "IKE SAs: \(ikeSAs.count) (\(halfOpen) half open), Child SAs: \(childSAs.count); a second: "
            + "\(rate(established, since: last)) up, "
            + "\(rate(failed - (last?.failed ?? failed), since: last)) failed, "
            + "\(rate(repeated - before, since: last)) repeated"
    }

    /// What fits on so many lines: the numbers, the SAs, and what has happened last.
    func lines(after last: Observation?, rows: Int) -> [String] {
        let shown = min(events.count, max(3, rows / 3))
        let table = table(after: last, room: max(2, rows - shown - 3))
        var lines = [summary(after: last), ""] + table + [""]
        lines += events.suffix(shown).reversed().map { event in
            Self.padded(Self.duration(event["secs_ago"]?.number) + " ago", 14)
                + (event["text"]?.text ?? "")
        }
        return Array(lines.prefix(max(1, rows)))
    }

    private func count(_ group: String, _ name: String) -> UInt64 {
        statistics[group]?[name]?.number ?? 0
    }

    private func total(_ name: String) -> UInt64 {
        ["initiator", "responder"].reduce(0) { sum, role in
            sum + (statistics["ike_sas"]?[role]?[name]?.number ?? 0)
        }
    }

    private var established: UInt64 { total("total") }

    private var failed: UInt64 { total("failed") }

    /// So many since another, a second, to a tenth.
    private func rate(_ count: UInt64, since last: Observation?) -> String {
        guard let last, time > last.time else { return "0.0" }
        let tenths = count * 10_000 / (time - last.time)
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// The SAs under a heading, as far as there is room.
    private func table(after last: Observation?, room: Int) -> [String] {
        var rows = [
            Self.row(["LOCAL", "REMOTE", "STATE", "REKEY", "IN/s", "OUT/s", "RULE"])
        ]
        var children: [Value: [Value]] = [:]
        for child in childSAs {
            guard let spi = child["initiator_spi"] else { continue }
            children[spi, default: []].append(child)
        }
        for sa in ikeSAs where rows.count < room {
            rows.append(
                Self.row([
                    sa["local"]?["address"]?.text ?? "", sa["remote"]?["address"]?.text ?? "",
                    sa["state"]?.text ?? "", Self.duration(sa["rekey_in_secs"]?.number), "", "",
                    sa["rule"]?.text ?? "-",
                ]))
            for child in sa["initiator_spi"].flatMap({ children[$0] }) ?? [] {
                rows.append(row(of: child, after: last))
            }
        }
        let all = 1 + ikeSAs.count + childSAs.count
        guard all > room else { return rows }
        return rows.prefix(room - 1) + ["... and \(all - room + 1) more"]
    }

    private func row(of child: Value, after last: Observation?) -> String {
        let before = last?.childSAs.first { $0["spi_in"] == child["spi_in"] }
        return Self.row([
            "  " + (child["spi_in"]?.text ?? ""), child["spi_out"]?.text ?? "",
            child["state"]?.text ?? "", Self.duration(child["rekey_in_secs"]?.number),
            octets("octets_in", child, before, last), octets("octets_out", child, before, last),
            child["remote_ts"]?.elements.first?.text ?? "",
        ])
    }

    /// Octets a second of a Child SA; `-` where the daemon tells none.
    private func octets(
        _ name: String, _ child: Value, _ before: Value?, _ last: Observation?
    ) -> String {
        guard let now = child[name]?.number else { return "-" }
        guard let last, let then = before?[name]?.number, time > last.time, now >= then else {
            return "0"
        }
        let rate = (now - then) * 1000 / (time - last.time)
        return switch rate {
        case ..<10_000: "\(rate)"
        case ..<10_000_000: "\(rate / 1000)k"
        default: "\(rate / 1_000_000)M"
        }
    }

    private static let widths = [17, 17, 12, 8, 7, 7, 0]

    private static func row(_ texts: [String]) -> String {
        var row = ""
        for (text, width) in zip(texts, widths) { row += padded(text, width) }
        return row
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(text.isEmpty ? 0 : 1, width - text.utf8.count))
    }

    /// `59 s`, `12:30` or `3:59:59`.
    private static func duration(_ seconds: UInt64?) -> String {
        guard let seconds else { return "-" }
        func two(_ number: UInt64) -> String { (number < 10 ? "0" : "") + "\(number)" }
        return switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60):\(two(seconds % 60))"
        default: "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        }
    }
}
