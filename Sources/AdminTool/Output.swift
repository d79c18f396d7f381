import CLinux
import Console

/// Standard output, written in large pieces.
final class Output {
    private var text = ""
    /// Whether something could not be written: nobody reads on.
    private(set) var isBroken = false

    /// How many columns a line has; `nil` where nobody looks at lines.
    let columns: Int?

    init() {
        var size = winsize()
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let isKnown = isTerminal && linux_window_size(STDOUT_FILENO, &size) == 0
        columns = isTerminal ? (isKnown && size.ws_col > 0 ? Int(size.ws_col) : 80) : nil
    }

    func write(_ text: String) {
        self.text += text
        if self.text.utf8.count > 32768 { flush() }
    }

    func line(_ text: String = "") { write(text + "\n") }

    /// Writes octets as they are.
    func write(_ octets: [UInt8]) {
        flush()
        if !isBroken { isBroken = !Terminal.write(octets, to: STDOUT_FILENO) }
    }

    func flush() {
        if !isBroken {
            isBroken = !Terminal.write(text, to: STDOUT_FILENO)
        }
        text.removeAll(keepingCapacity: true)
    }
}
