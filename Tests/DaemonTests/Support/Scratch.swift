import Foundation

/// A directory of a test's own, gone with it.
final class Scratch {
    let path: String

    init() throws {
        path = "/tmp/in.ikev2d-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    subscript(name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ text: String, to name: String, mode: Int = 0o644, owner: Int = 0) throws -> String
    {
        let file = self[name]
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes(
            [.posixPermissions: mode, .ownerAccountID: owner], ofItemAtPath: file)
        return file
    }

    func text(of name: String) -> String {
        (try? String(contentsOfFile: self[name], encoding: .utf8)) ?? ""
    }
}
