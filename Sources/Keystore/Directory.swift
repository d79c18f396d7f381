import CLinux

/// What is in a directory.
public enum Directory {
    /// More names are not looked at; a keystore of ten thousand peers has fewer.
    static let mostNames = 16384

    /// The names in the directory, in no order, without those that begin with a dot.
    public static func names(of path: String) throws(FileAccess.Problem) -> [String] {
        guard let stream = opendir(path) else {
            let code = process_errno()
            throw code == ENOENT ? .missing : .refused("cannot be opened: \(words(code))")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while names.count < mostNames, let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { octets in
                String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    private static func words(_ code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
