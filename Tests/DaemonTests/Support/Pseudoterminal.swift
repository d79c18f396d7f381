import Foundation
import Testing

/// A terminal of 80 columns and 24 rows whose other end is the test.
final class Pseudoterminal {
    private let master: Int32
    private let slave: Int32
    private var seen: [UInt8] = []

    /// TIOCSPTLCK and TIOCGPTN of ioctl_tty(2): macros that Swift does not import.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    init() throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var isLocked: Int32 = 0
        var number: Int32 = 0
        try #require(
            master >= 0 && ioctl(master, Self.setLock, &isLocked) == 0
                && ioctl(master, Self.getNumber, &number) == 0)
        slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        try #require(slave >= 0)
        var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
        try #require(ioctl(slave, UInt(TIOCSWINSZ), &size) == 0)
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(master)
        close(slave)
    }

    /// Starts a program in a session of its own, of which this is the terminal.
    func start(_ path: String, _ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
        process.arguments = ["--ctty", "--wait", path] + arguments
        let terminal = FileHandle(fileDescriptor: slave)
        process.standardInput = terminal
        process.standardOutput = terminal
        process.standardError = terminal
        try process.run()
        return process
    }

    /// What is typed.
    func type(_ octet: UInt8) {
        var octet = octet
        _ = write(master, &octet, 1)
    }

    /// Everything that was written to it so far.
    var text: String {
        var room = [UInt8](repeating: 0, count: 65536)
        while case let count = read(master, &room, room.count), count > 0 {
            seen += room.prefix(count)
        }
        return String(decoding: seen, as: UTF8.self)
    }

    /// How it treats what is typed.
    var modes: UInt32 {
        var attributes = termios()
        tcgetattr(slave, &attributes)
        return attributes.c_lflag
    }
}
