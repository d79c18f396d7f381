import CLinux

/// Standard output, written in large pieces.
final class Output {
    private var octets: [UInt8] = []
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
        octets += text.utf8
        if octets.count > 32768 { flush() }
    }

    func line(_ text: String = "") { write(text + "\n") }

    func flush() {
        var rest = octets[...]
        while !rest.isEmpty, !isBroken {
            let count = rest.withUnsafeBytes {
                CLinux.write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0, process_errno() == EINTR { continue }
            isBroken = count <= 0
            rest = rest.dropFirst(max(0, count))
        }
        octets.removeAll(keepingCapacity: true)
    }
}
