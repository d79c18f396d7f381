import CLinux

/// A line that nobody else is to learn: a PIN, a passphrase.
public enum SecretLine {
    /// What reading comes to.
    public enum Reading {
        /// The line, without its end. Erasing the octets is the caller's.
        case line([UInt8])
        /// It has more octets than it may.
        case tooLong
        /// Control-C was typed, of which a silent terminal makes no signal.
        case interrupted
    }

    private static let controlC: UInt8 = 3

    /// The next line of a file or a terminal, which may be read to its end only.
    public static func read(from descriptor: Int32, longest: Int) -> Reading {
        var octets = [UInt8](repeating: 0, count: longest + 1)
        defer { erase(&octets) }
        var count = 0
        while count < octets.count {
            let got = octets.withUnsafeMutableBytes {
                CLinux.read(descriptor, $0.baseAddress.map { $0 + count }, 1)
            }
            if got < 0, process_errno() == EINTR { continue }
            guard got > 0, octets[count] != UInt8(ascii: "\n") else { break }
            guard octets[count] != controlC else { return .interrupted }
            count += 1
        }
        guard count <= longest else { return .tooLong }
        if count > 0, octets[count - 1] == UInt8(ascii: "\r") { count -= 1 }
        return .line([UInt8](octets[..<count]))
    }

    /// Overwrites octets, in a way that no compiler leaves out.
    public static func erase(_ octets: inout [UInt8]) {
        octets.withUnsafeMutableBytes { room in
            if let start = room.baseAddress { explicit_bzero(start, room.count) }
        }
    }
}

/// The terminal of whoever started the program, which shows nothing of what is typed until this
/// object is gone.
public final class SilentTerminal {
    /// Its descriptor. It must not outlive this object.
    public let descriptor: Int32
    private var before = termios()

    /// Asks a question; `nil` where there is no terminal to ask on.
    public init?(asking question: String) {
        descriptor = process_open("/dev/tty", O_RDWR, 0)
        guard descriptor >= 0 else { return nil }
        guard tcgetattr(descriptor, &before) == 0 else {
            close(descriptor)
            return nil
        }
        var silent = before
        // Control-C is read, so that the terminal is always put back.
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
        guard tcsetattr(descriptor, TCSAFLUSH, &silent) == 0 else {
            close(descriptor)
            return nil
        }
        _ = Terminal.write(question, to: descriptor)
    }

    deinit {
        tcsetattr(descriptor, TCSAFLUSH, &before)
        _ = Terminal.write("\n", to: descriptor)
        close(descriptor)
    }
}
