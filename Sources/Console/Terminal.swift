import CLinux

/// The standard streams of a program that talks to whoever started it.
public enum Terminal {
    /// Writes a line to standard output; `false` when it did not get there.
    @discardableResult
    public static func say(_ line: String) -> Bool { write(line + "\n", to: STDOUT_FILENO) }

    /// Writes a line to standard error; `false` when it did not get there.
    @discardableResult
    public static func complain(_ line: String) -> Bool { write(line + "\n", to: STDERR_FILENO) }

    /// Writes a text to a descriptor, all of it; `false` when it did not get there.
    public static func write(_ text: String, to descriptor: Int32) -> Bool {
        write(Array(text.utf8), to: descriptor)
    }

    /// Writes octets to a descriptor, all of them; `false` when they did not get there.
    public static func write(_ octets: [UInt8], to descriptor: Int32) -> Bool {
        var octets = octets[...]
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
