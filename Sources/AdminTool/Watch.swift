import Admin
import CLinux

/// `watch`: polls the daemon, and shows what there is: drawn anew in its place on a terminal, line by
/// line elsewhere. Between two polls there is no connection, so that a client that stands still costs
/// the daemon nothing.
struct Watch {
    private let options: Options
    private let output: Output
    private let pause: Int32

    /// Seconds between two polls, unless others are asked for.
    private static let usualPause: Int32 = 1
    /// Seconds at the most.
    private static let longestPause: Int32 = 3600
    /// What a pause is at least, in times of the poll before: where there are thousands of SAs, the
    /// daemon is not to spend more than a twentieth of its time on being watched.
    private static let rest: UInt64 = 20

    init(_ options: Options, _ output: Output, _ words: [String]) throws(Failure) {
        self.options = options
        self.output = output
        if words.count > 1 { throw Failure("watch: '\(words[1])' is one word too many") }
        guard let word = words.first else {
            pause = Self.usualPause
            return
        }
        guard let seconds = Int32(word), 1...Self.longestPause ~= seconds else {
            throw Failure("watch: '\(word)'; expected 1 to \(Self.longestPause) seconds")
        }
        pause = seconds
    }

    /// Watches until it is interrupted, or nobody reads on.
    func run() throws(Failure) {
        let isDrawn = output.columns != nil && !options.isJSON
        var last: Observation?
        if isDrawn { Screen.enter() }
        defer { if isDrawn { Screen.leave() } }
        while !output.isBroken {
            let begun = milliseconds()
            let observation = try Observation(options.socket, at: begun)
            show(observation, after: last, isDrawn: isDrawn)
            output.flush()
            last = observation
            let poll = milliseconds() - begun
            let rest = max(UInt64(pause.magnitude) * 1000, Self.rest * poll)
            _ = CLinux.poll(nil, 0, Int32(clamping: rest))
        }
    }

    private func show(_ observation: Observation, after last: Observation?, isDrawn: Bool) {
        if options.isJSON {
            output.line(observation.value(after: last).json)
        } else if isDrawn {
            let size = Screen.size
            Screen.draw(
                observation.lines(after: last, rows: size.rows - 1), columns: size.columns, output)
        } else {
            output.line(observation.summary(after: last))
            for event in observation.news(after: last) {
                output.line("event: \(event["text"]?.text ?? "")")
            }
        }
    }

    private func milliseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
    }
}

/// A terminal of which the whole screen is used, and given back as it was.
private enum Screen {
    /// The other screen, without a cursor.
    private static let entering: StaticString = "\u{1B}[?1049h\u{1B}[?25l"
    private static let leaving: StaticString = "\u{1B}[?25h\u{1B}[?1049l"

    static var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard linux_window_size(STDOUT_FILENO, &size) == 0, size.ws_col > 0, size.ws_row > 0
        else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    static func enter() {
        put(entering)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            process_on_signal(number) { _ in
                Screen.put(Screen.leaving)
                _exit(0)
            }
        }
        process_on_signal(SIGTSTP) { _ in
            Screen.put(Screen.leaving)
            raise(SIGSTOP)
            // Somebody has had us go on.
            Screen.put(Screen.entering)
        }
    }

    static func leave() {
        put(leaving)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP] {
            process_on_signal(number, nil)
        }
    }

    /// No more than a signal handler may do.
    private static func put(_ text: StaticString) {
        _ = write(STDOUT_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    }

    /// Puts lines in the place of those that are there, without a flicker between.
    static func draw(_ lines: [String], columns: Int, _ output: Output) {
        var text = "\u{1B}[H"
        for (index, line) in lines.enumerated() {
            text += (index > 0 ? "\r\n" : "") + String(line.prefix(columns)) + "\u{1B}[K"
        }
        output.write(text + "\u{1B}[J")
    }
}
