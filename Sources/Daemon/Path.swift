import CLinux
import Policy

extension Properties {
    /// A path that means the same from every directory.
    package static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        var room = [CChar](repeating: 0, count: 4_096)
        guard let directory = getcwd(&room, room.count) else { return path }
        return "\(String(cString: directory))/\(path)"
    }
}
