import Admin
import CLinux

/// The lines of standard input.
struct LineReader {
    private var octets: [UInt8] = []
    private var isAtEnd = false

    /// Longer lines are no commands.
    private static let longest = 65536

    mutating func next() -> [UInt8]? {
        while true {
            if let end = octets.firstIndex(of: UInt8(ascii: "\n")) {
                defer { octets.removeFirst(end + 1) }
                return [UInt8](octets[..<end])
            }
            if isAtEnd || octets.count > Self.longest {
                defer { octets = [] }
                return octets.isEmpty ? nil : octets
            }
            var room = [UInt8](repeating: 0, count: 4096)
            let count = read(STDIN_FILENO, &room, room.count)
            if count < 0, process_errno() == EINTR { continue }
            isAtEnd = count <= 0
            octets += room.prefix(max(0, count))
            room.erase()
        }
    }
}
