import Admin
import CLinux
import Console
import Reactor

/// Does commands, one or many.
struct Session {
    private let options: Options
    private let output = Output()

    init(_ options: Options) {
        self.options = options
    }

    // MARK: One command

    /// Does the command of the command line; gives the exit code.
    func run(_ arguments: [String]) -> Int32 {
        finish { () throws(Failure) in
            try run(try Command(arguments: arguments), isAlone: true)
        }
    }

    private func finish(_ body: () throws(Failure) -> Void) -> Int32 {
        do throws(Failure) {
            try body()
        } catch {
            output.flush()
            complain(error.message)
            return 1
        }
        output.flush()
        return output.isBroken ? 1 : 0
    }

    private func run(_ command: Command, isAlone: Bool) throws(Failure) {
        let words = command.words
        if words.first == "help" || words.first == "?" {
            return try help(Array(words.dropFirst()))
        }
        if words.first == "watch" {
            return try Watch(options, output, Array(words.dropFirst())).run()
        }
        // The daemon needs not know where it is written to.
        let isWriting = words.first == "write" && words.count == 3
        let request = try request(isWriting ? Array(words.dropLast()) : words)
        if request == .write(.presharedKeys), options.isParanoid {
            throw Failure("-p: nothing but keys would be written")
        }
        let sink = try PieceSink(isWriting ? words[2] : nil, output)
        let (octets, log) = try request.enclosure.contents(typed: command.typed, isAlone: isAlone)
        try show(
            try Client(options.socket, request, octets, log), try view(of: request, sink), sink)
    }

    private func request(_ words: [String]) throws(Failure) -> Request {
        do throws(CommandRefusal) {
            let request = try Request(words: words)
            // A table has no room for what the kernel would have to be asked for.
            if case .dump(let collection, false) = request,
                options.isJSON || options.isForWireshark
            {
                return .dump(collection, details: true)
            }
            return request
        } catch {
            throw Failure(error.message)
        }
    }

    private func view(of request: Request, _ sink: PieceSink) throws(Failure) -> any View {
        if options.isForWireshark {
            guard let view = WiresharkView(request, output) else {
                throw Failure("-w: expected get or dump, and ikesa or childsa")
            }
            return view
        }
        // A text on standard output stands there alone.
        if case .write = request, !sink.isFile { return TreeView(output) }
        return options.isJSON ? JSONView(request, output) : TextView.of(request, output)
    }

    private func show(
        _ client: Client, _ view: any View, _ sink: PieceSink
    ) throws(Failure) {
        var client = client
        while !output.isBroken {
            switch try client.next() {
            case .object(let value): view.show(options.isParanoid ? value.withoutKeys : value)
            case .piece(let piece): try sink.write(piece)
            case .note(let lines):
                output.flush()
                Terminal.complain(lines)
            case .done(let words):
                try sink.finish()
                return try view.finish(words)
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
        func next(_ prompt: String) -> [UInt8]? {
            if isTerminal {
                output.write(prompt)
                output.flush()
            }
            return lines.next()
        }
        while let line = next("ikeadm> ") {
            let command: Command
            do throws(Failure) {
                command = try Command(line: line) { next("      > ") }
            } catch {
                complain(error.message)
                status = 1
                continue
            }
            guard let verb = command.words.first else { continue }
            if verb == "exit" || verb == "quit" { break }
            status = finish { () throws(Failure) in try run(command, isAlone: false) }
        }
        if isTerminal { output.line() }
        output.flush()
        return status
    }
}
