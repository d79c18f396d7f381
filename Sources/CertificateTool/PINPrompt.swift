import Console
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
        guard let terminal = SilentTerminal(asking: question) else {
            throw Failure("a PIN is needed, and there is no terminal to ask on; expected pinfile=")
        }
        return try PINFile.line(from: terminal.descriptor)
    }

    /// Asks for a new one, twice.
    private static func askTwice(_ question: String) throws(Failure) -> Secret {
        let answer = try ask(question)
        guard try ask("Again: ") == answer else { throw Failure("the two differ") }
        return answer
    }
}
