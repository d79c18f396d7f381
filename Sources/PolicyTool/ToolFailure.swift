/// Why kmfcfg did not do what it was asked for.
struct ToolFailure: Error, Equatable {
    /// The exit codes of Solaris's kmfcfg.
    enum Code: Int32 {
        /// The command line was not understood, or a value in it.
        case usage = 1
        /// The database cannot be understood.
        case database = 2
        /// There is no such policy.
        case missing = 3
        /// There is such a policy already.
        case exists = 5
        /// Attributes do not go together.
        case inconsistent = 6
        /// A file cannot be read or written.
        case access = 9
    }

    let code: Code
    /// For standard error; several lines where a file has several errors.
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = "kmfcfg: \(message)"
    }

    /// What is wrong with a file, each in its place.
    init(database lines: [String]) {
        code = .database
        message = lines.joined(separator: "\n")
    }

    static func usage(_ message: String) -> ToolFailure {
        ToolFailure(.usage, "\(message)\n\(Usage.hint)")
    }
}
