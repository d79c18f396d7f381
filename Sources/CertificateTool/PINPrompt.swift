import CLinux
import Crypto
import Daemon

/// Where PINs and passphrases come from: never the command line, which everybody can read.
enum PINPrompt {
    /// One that exists already: from a file, or asked for.
    static func known(_ file: String?, _ question: String) throws(Failure) -> Secret {
        guard let file else { return try ask(question) }
        return try PINFile.read(file)
    }

    /// A new one: from a file, or asked for twice.
    static func new(_ file: String?, _ question: String) throws(Failure) -> Secret {
        guard let file else { return try askTwice(question) }
        return try PINFile.read(file)
    }

    /// Asks on the terminal, which shows nothing of the answer.
    private static func ask(_ question: String) throws(Failure) -> Secret {
        let terminal = process_open("/dev/tty", O_RDWR, 0)
        guard terminal >= 0 else {
            throw Failure("a PIN is needed, and there is no terminal to ask on; expected pinfile=")
        }
        defer { close(terminal) }
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { throw Failure(system: "/dev/tty") }
        var silent = before
        // Control-C is read, so that the terminal is always put back.
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
        guard tcsetattr(terminal, TCSAFLUSH, &silent) == 0 else {
            throw Failure(system: "/dev/tty")
        }
        defer {
            tcsetattr(terminal, TCSAFLUSH, &before)
            _ = write("\n", to: terminal)
        }
        _ = write(question, to: terminal)
        return try PINFile.line(from: terminal)
    }

    /// Asks for a new one, twice.
    private static func askTwice(_ question: String) throws(Failure) -> Secret {
        let answer = try ask(question)
        guard try ask("Again: ") == answer else { throw Failure("the two differ") }
        return answer
    }

    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        let octets = [UInt8](text.utf8)
        return CLinux.write(descriptor, octets, octets.count) == octets.count
    }
}
