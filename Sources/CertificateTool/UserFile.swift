import CLinux
import Crypto
import Daemon
import Keystore

/// Files that a user names: read and written as whoever runs the tool.
enum UserFile {
    /// More octets are not read.
    private static let longest = 8 << 20

    /// The whole file, `-` for standard input.
    static func read(_ path: String) throws(Failure) -> Secret {
        let isStandard = path == "-"
        let descriptor = isStandard ? STDIN_FILENO : process_open(path, O_RDONLY, 0)
        guard descriptor >= 0 else { throw Failure(system: path.printable) }
        defer { if !isStandard { close(descriptor) } }
        var octets: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = CLinux.read(descriptor, &room, room.count)
            if count < 0, process_errno() == EINTR { continue }
            guard count >= 0 else { throw Failure(system: path.printable) }
            guard count > 0 else { return Secret(copying: octets) }
            octets += room[..<count]
            guard octets.count <= longest else {
                throw Failure("\(path.printable): expected no more than \(longest) octets")
            }
        }
    }

    /// Writes a file that must not be there unless it may be replaced; `nil` for standard output.
    static func write(
        _ contents: Secret, to path: String?, mode: mode_t, replacing: Bool
    ) throws(Failure) {
        guard let path, path != "-" else {
            let octets = contents.revealed()
            guard CLinux.write(STDOUT_FILENO, octets, octets.count) == octets.count else {
                throw Failure(system: "standard output")
            }
            return
        }
        try Store.failing { () throws(FileChanges.Problem) in
            let changes = FileChanges()
            try changes.stage(contents, at: path, mode: mode, replacing: replacing)
            try changes.commit()
        }
    }
}
