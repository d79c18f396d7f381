import CLinux
import COpenSSL
import Crypto
import Daemon

/// Where PINs and passphrases come from: never the command line, which everybody can read.
enum PINPrompt {
    /// Longer ones are refused: libcrypto takes no more.
    private static let longest = 1023

    /// One that exists already: from a file, or asked for.
    static func known(_ file: String?, _ question: String) throws(Failure) -> Secret {
        guard let file else { return try ask(question) }
        return try read(file)
    }

    /// A new one: from a file, or asked for twice.
    static func new(_ file: String?, _ question: String) throws(Failure) -> Secret {
        guard let file else { return try askTwice(question) }
        return try read(file)
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
        return try line(from: terminal)
    }

    /// Asks for a new one, twice.
    private static func askTwice(_ question: String) throws(Failure) -> Secret {
        let answer = try ask(question)
        guard try ask("Again: ") == answer else { throw Failure("the two differ") }
        return answer
    }

    /// The first line of a file.
    static func read(_ file: String) throws(Failure) -> Secret {
        let descriptor = process_open(file, O_RDONLY, 0)
        guard descriptor >= 0 else { throw Failure(system: file.printable) }
        defer { close(descriptor) }
        return try line(from: descriptor)
    }

    private static func line(from descriptor: Int32) throws(Failure) -> Secret {
        var octets = [UInt8](repeating: 0, count: longest + 1)
        defer { octets.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        var count = 0
        while count < octets.count {
            let got = octets.withUnsafeMutableBytes {
                CLinux.read(descriptor, $0.baseAddress.map { $0 + count }, 1)
            }
            if got < 0, process_errno() == EINTR { continue }
            guard got > 0, octets[count] != UInt8(ascii: "\n") else { break }
            guard octets[count] != 3 else { throw Failure("interrupted") }
            count += 1
        }
        guard count <= longest else {
            throw Failure("the PIN is too long; expected \(longest) characters at most")
        }
        if count > 0, octets[count - 1] == UInt8(ascii: "\r") { count -= 1 }
        return Secret(copying: octets.span.extracting(0..<count))
    }

    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        let octets = [UInt8](text.utf8)
        return CLinux.write(descriptor, octets, octets.count) == octets.count
    }
}
