import CLinux
import Reactor

/// A descriptor that takes log lines without making anybody wait.
final class LogOutput {
    private let descriptor: Descriptor
    private let isSocket: Bool
    /// Whether a write waits for nobody: a file takes what it is given.
    let isFile: Bool
    /// The end of a line of which the beginning was taken.
    private var rest: ArraySlice<UInt8> = []

    init(_ descriptor: Descriptor) {
        self.descriptor = descriptor
        var status = stat()
        let isKnown = process_file_status(descriptor.number, &status) == 0
        isSocket = isKnown && status.isA(S_IFSOCK)
        isFile = isKnown && status.isA(S_IFREG)
    }

    /// Standard error, kept apart from the descriptor 2, which detaching closes. A pipe is opened
    /// anew: to make the one we got non-blocking would do so for all who have it.
    static func standardError() throws(Failure) -> LogOutput {
        var status = stat()
        if process_file_status(STDERR_FILENO, &status) == 0, status.isA(S_IFIFO) {
            let number = process_open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK, 0)
            if number >= 0 { return LogOutput(Descriptor(owning: number)) }
        }
        let number = process_duplicate(STDERR_FILENO)
        guard number >= 0 else { throw Failure(system: "keep standard error for the log") }
        return LogOutput(Descriptor(owning: number))
    }

    /// A file to append to. Its directory must belong to the daemon's user: whoever owns it
    /// decides where the lines really go.
    static func file(_ path: String) throws(Failure) -> LogOutput {
        let directory = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
        let folder = process_open(directory.isEmpty ? "/" : String(directory), O_DIRECTORY, 0)
        guard folder >= 0 else { throw Failure(system: "open the directory of \(path.printable)") }
        let descriptor = Descriptor(owning: folder)
        var status = stat()
        guard process_file_status(descriptor.number, &status) == 0 else {
            throw Failure(system: "look at the directory of \(path.printable)")
        }
        guard status.st_uid == geteuid() else {
            throw Failure(
                "\(path.printable): its directory belongs to user \(status.st_uid); "
                    + "expected it to belong to the daemon's user \(geteuid())")
        }
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK
        let number = process_open(path, flags, 0o640)
        guard number >= 0 else { throw Failure(system: "open \(path.printable)") }
        return LogOutput(Descriptor(owning: number))
    }

    /// The socket of syslogd.
    static func syslog(_ path: String = "/dev/log") throws(Failure) -> LogOutput {
        guard let address = LocalAddress(path) else { throw Failure("\(path): too long") }
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(AF_UNIX, type, 0)
        guard number >= 0 else { throw Failure(system: "open a socket for \(path)") }
        let descriptor = Descriptor(owning: number)
        guard address.connect(descriptor.number) else {
            throw Failure(system: "connect to \(path)")
        }
        return LogOutput(descriptor)
    }

    var isTerminal: Bool { isatty(descriptor.number) == 1 }

    /// Writes a line, or `false` when there is no room for it now.
    func write(_ line: [UInt8]) -> Bool {
        if !rest.isEmpty {
            let written = put(rest)
            rest = rest.dropFirst(max(0, written))
            guard rest.isEmpty else { return false }
        }
        let written = put(line[...])
        guard written > 0 else { return line.isEmpty }
        rest = line[written...]
        return true
    }

    /// Writes what there is room for; returns how many octets that is.
    private func put(_ octets: ArraySlice<UInt8>) -> Int {
        guard isSocket || isFile || isReady else { return 0 }
        while true {
            let count = octets.withUnsafeBytes { bytes in
                isSocket
                    ? send(
                        descriptor.number, bytes.baseAddress, bytes.count,
                        Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
                    : CLinux.write(descriptor.number, bytes.baseAddress, bytes.count)
            }
            if count >= 0 { return count }
            guard process_errno() == EINTR else { return 0 }
        }
    }

    /// Whether a write would not wait: what a terminal cannot promise by itself.
    private var isReady: Bool {
        var request = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, 0) == 1
    }
}
