/// Why ipsecconf did not do what it was asked for.
struct ToolFailure: Error, Equatable {
    /// The exit codes of in.ikev2d(8).
    enum Code: Int32 {
        /// A file or the kernel does not allow it.
        case failure = 1
        /// The command line was not understood.
        case usage = 2
    }

    let code: Code
    /// For standard error; empty when all has been said.
    let message: String

    init(_ message: String) {
        code = .failure
        self.message = "ipsecconf: \(message)"
    }

    private init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// What is wrong with a file has been told already.
    static let told = ToolFailure(code: .failure, message: "")

    static func usage(_ message: String) -> ToolFailure {
        ToolFailure(code: .usage, message: "ipsecconf: \(message)\n\(Command.usage)")
    }
}
