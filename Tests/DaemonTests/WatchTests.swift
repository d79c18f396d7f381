import Foundation
import Testing

/// `ikeadm watch`, with a terminal and without.
@Suite struct WatchTests {
    private static let entering = "\u{1B}[?1049h\u{1B}[?25l"
    private static let leaving = "\u{1B}[?25h\u{1B}[?1049l"

    private let scratch: Scratch
    private let place: Place
    private let daemon: RunningDaemon

    init() throws {
        scratch = try Scratch()
        place = try Place()
        let config = try scratch.write(
            """
            auth_method preshared
            ikesa_xform { encr_alg aes-gcm(256) prf_alg sha256 dh_group 31 }
            { label "peer" local_addr 127.0.0.1 remote_addr 127.0.0.2 }
            """, to: "config")
        let keys = try scratch.write("{ label \"peer\" key \"k\" }\n", to: "keys", mode: 0o600)
        daemon = try RunningDaemon(
            in: place, config: config, preshared: keys, scratch: scratch, log: "log")
        try daemon.says("ready")
        // Nobody is at the other address: an IKE SA stays that is being initiated.
        try place.ip(
            "xfrm policy add src 127.0.0.1 dst 127.0.0.2 dir out "
                + "tmpl src 127.0.0.1 dst 127.0.0.2 proto esp mode transport")
        try wait(for: "nothing is initiated") {
            (try? daemon.ikeadm("initiate", "peer"))?.status == 0
                && daemon.text.contains("initiating an IKE SA")
        }
    }

    private var watching: [String] { ["-s", daemon.socket, "watch"] }

    // MARK: In a pipe

    @Test func eachLineIsADocument() throws {
        let process = try Program.start(
            Program.ikeadm, ["-j"] + watching, output: scratch["lines"], error: scratch["error"])
        try wait(for: "no three lines") {
            scratch.text(of: "lines").count { $0 == "\n" } >= 3
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let documents = try scratch.text(of: "lines").split(separator: "\n").prefix(3).map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        for document in documents {
            #expect(Set(document.keys) == ["stats", "ikesa", "childsa", "event"])
            #expect((document["ikesa"] as? [[String: Any]])?.count == 1)
        }
        let events = documents.compactMap { $0["event"] as? [[String: Any]] }
        #expect(
            events[0].contains {
                ($0["text"] as? String)?.contains("initiating an IKE SA") == true
            })
        // What has been told is not told again.
        let numbers = events.joined().compactMap { $0["number"] as? Int }
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
    }

    @Test func aPipeGetsLinesWithoutControls() throws {
        let process = try Program.start(
            Program.ikeadm, watching, output: scratch["lines"], error: scratch["error"])
        try wait(for: "no lines") {
            scratch.text(of: "lines").components(separatedBy: "IKE SAs: 1").count >= 3
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let text = scratch.text(of: "lines")
        #expect(!text.contains("\u{1B}"))
        #expect(text.contains("\nevent: rule 'peer', 127.0.0.2[500]: initiating an IKE SA"))
    }

    @Test func whoReadsNoFurtherEndsIt() throws {
        let line = try Program.shell("\(Program.ikeadm) -s \(daemon.socket) watch | head -n 1")
        #expect(line.hasPrefix("IKE SAs: 1 (0 half open), Child SAs: 0; "))
    }

    @Test func betweenPollsThereIsNoConnection() throws {
        func descriptors() throws -> Int {
            try FileManager.default.contentsOfDirectory(
                atPath: "/proc/\(daemon.process.processIdentifier)/fd"
            ).count
        }
        let before = try descriptors()
        let process = try Program.start(
            Program.ikeadm, ["-j"] + watching + ["3600"], output: scratch["lines"],
            error: scratch["error"])
        try wait(for: "no line") { scratch.text(of: "lines").contains("\n") }
        try wait(for: "a connection stays") { (try? descriptors()) == before }
        #expect(process.isRunning)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    @Test(arguments: ["0", "3601", "soon", "1 1"]) func aPauseThatIsNoneIsRefused(words: String)
        throws
    {
        let outcome = try Program.run(
            Program.ikeadm, watching + words.split(separator: " ").map(String.init))
        #expect(outcome.status == 1)
        #expect(outcome.error.hasPrefix("ikeadm: watch: '"))
    }

    // MARK: On a terminal

    @Test func anInterruptLeavesTheTerminalAsItWas() throws {
        let terminal = try Pseudoterminal()
        let modes = terminal.modes
        let process = try terminal.start(Program.ikeadm, watching)
        try wait(for: "nothing is drawn twice") {
            terminal.text.components(separatedBy: "\u{1B}[H").count >= 3
        }
        let text = terminal.text
        #expect(text.hasPrefix(Self.entering))
        for frame in text.components(separatedBy: "\u{1B}[H").dropFirst() {
            let lines = frame.components(separatedBy: "\r\n")
            #expect(lines.count <= 23)
            for line in lines {
                let shown = line.components(separatedBy: "\u{1B}[K")[0]
                #expect(shown.count <= 80, "\(shown)")
            }
        }
        #expect(text.contains("\r\n127.0.0.1        127.0.0.2        initiating  -"))
        #expect(text.contains("initiating an IKE SA for"))
        terminal.type(3)
        try wait(for: "it does not end") { !process.isRunning }
        #expect(process.terminationStatus == 0)
        #expect(terminal.text.contains(Self.leaving))
        #expect(
            terminal.text.components(separatedBy: Self.leaving).last?.contains("\u{1B}") == false)
        #expect(terminal.modes == modes)
    }

    @Test func aStopGivesTheScreenBackUntilItGoesOn() throws {
        let terminal = try Pseudoterminal()
        let process = try terminal.start(Program.ikeadm, watching)
        try wait(for: "nothing is drawn") { terminal.text.contains("\u{1B}[H") }
        terminal.type(26)
        try wait(for: "the screen is not given back") { terminal.text.contains(Self.leaving) }
        let pid = try #require(watcher())
        try wait(for: "it is not stopped") { status(of: pid) == "T" }
        kill(pid, SIGCONT)
        try wait(for: "the screen is not taken again") {
            terminal.text.components(separatedBy: Self.entering).count == 3
        }
        terminal.type(3)
        try wait(for: "it does not end") { !process.isRunning }
        #expect(process.terminationStatus == 0)
    }

    @Test func theEndOfTheDaemonIsToldOnTheScreenThatWasThere() throws {
        let terminal = try Pseudoterminal()
        let process = try terminal.start(Program.ikeadm, watching)
        try wait(for: "nothing is drawn") { terminal.text.contains("\u{1B}[H") }
        daemon.signal(SIGKILL)
        try wait(for: "it does not end") { !process.isRunning }
        #expect(process.terminationStatus == 1)
        let rest = terminal.text.components(separatedBy: Self.leaving)
        #expect(rest.count == 2)
        #expect(rest.last?.contains("ikeadm: ") == true)
    }

    /// The process that watches this daemon.
    private func watcher() -> pid_t? {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        for pid in all.compactMap({ pid_t($0) }) {
            let words = (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)) ?? ""
            if words.hasPrefix("\(Program.ikeadm)\0-s\0\(daemon.socket)\0watch") { return pid }
        }
        return nil
    }

    private func status(of pid: pid_t) -> String? {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
        return text.components(separatedBy: ") ").last?.split(separator: " ").first.map(String.init)
    }
}
