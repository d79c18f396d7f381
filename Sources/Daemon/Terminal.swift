import CLinux

/// The standard streams, for what is said before there is a log, or instead of one.
package enum Terminal {
    /// Writes a line to standard output; `false` when it did not get there.
    @discardableResult
    package static func say(_ line: String) -> Bool { write(line, to: STDOUT_FILENO) }

    /// Writes a line to standard error; `false` when it did not get there.
    @discardableResult
    package static func complain(_ line: String) -> Bool { write(line, to: STDERR_FILENO) }

    private static func write(_ line: String, to descriptor: Int32) -> Bool {
        var octets = Array(line.utf8)[...]
        octets.append(UInt8(ascii: "\n"))
        while !octets.isEmpty {
            let count = octets.withUnsafeBytes {
                CLinux.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 {
                guard process_errno() == EINTR else { return false }
            } else {
                octets = octets.dropFirst(count)
            }
        }
        return true
    }
}
