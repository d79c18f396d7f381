import Admin
import CLinux

/// Does commands, one or many.
struct Session {
    private let options: Options
    private let output = Output()

    init(_ options: Options) {
        self.options = options
    }

    // MARK: One command

    /// Does a command; gives the exit code.
    func run(_ words: [String]) -> Int32 {
        do throws(Failure) {
            if words.first == "help" || words.first == "?" {
                try help(Array(words.dropFirst()))
            } else if words.first == "watch" {
                try Watch(options, output, Array(words.dropFirst())).run()
            } else {
                try ask(try request(words))
            }
        } catch {
            output.flush()
            complain(error.message)
            return 1
        }
        output.flush()
        return output.isBroken ? 1 : 0
    }

    private func request(_ words: [String]) throws(Failure) -> Request {
        do throws(CommandRefusal) {
            return try Request(words: words)
        } catch {
            throw Failure(error.message)
        }
    }

    private func ask(_ request: Request) throws(Failure) {
        var client = try Client(options.socket, request)
        let view: any View =
            options.isJSON ? JSONView(request, output) : TextView.of(request, output)
        while !output.isBroken {
            switch try client.next() {
            case .object(let value): view.show(value)
            case .done(let words):
                view.finish(words)
                return
            case .failed(let reason): throw Failure(reason)
            }
        }
    }

    private func help(_ words: [String]) throws(Failure) {
        guard let word = words.first else {
            for topic in HelpTopic.all { output.line("\(topic.synopsis)") }
            return
        }
        guard let topic = HelpTopic.all.first(where: { $0.verb == word }) else {
            throw Failure("help: unknown command '\(word)'")
        }
        output.line(topic.synopsis)
        output.line("    \(topic.text)")
    }

    // MARK: A conversation

    /// Does what is typed, line by line, until the end.
    func converse() -> Int32 {
        var status: Int32 = 0
        var lines = LineReader()
        let isTerminal = isatty(STDIN_FILENO) == 1
        while true {
            if isTerminal {
                output.write("ikeadm> ")
                output.flush()
            }
            guard let line = lines.next() else { break }
            let words = Self.words(of: line)
            guard let verb = words.first else { continue }
            if verb == "exit" || verb == "quit" { break }
            status = run(words)
        }
        if isTerminal { output.line() }
        output.flush()
        return status
    }

    /// The words of a line; those in quotes may have spaces in them.
    static func words(of line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        for character in line {
            if let open = quote {
                if character == open {
                    quote = nil
                } else {
                    word = (word ?? "") + String(character)
                }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character == " " || character == "\t" {
                if let whole = word { words.append(whole) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return words
    }
}

/// The lines of standard input.
private struct LineReader {
    private var octets: [UInt8] = []
    private var isAtEnd = false

    /// Longer lines are no commands.
    private static let longest = 65536

    mutating func next() -> String? {
        while true {
            if let end = octets.firstIndex(of: UInt8(ascii: "\n")) {
                defer { octets.removeFirst(end + 1) }
                return String(decoding: octets[..<end], as: UTF8.self)
            }
            if isAtEnd || octets.count > Self.longest {
                defer { octets = [] }
                return octets.isEmpty ? nil : String(decoding: octets, as: UTF8.self)
            }
            var room = [UInt8](repeating: 0, count: 4096)
            let count = read(STDIN_FILENO, &room, room.count)
            if count < 0, process_errno() == EINTR { continue }
            isAtEnd = count <= 0
            octets += room.prefix(max(0, count))
        }
    }
}
