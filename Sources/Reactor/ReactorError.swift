import CLinux

/// A system call that the reactor cannot do without, and why the kernel refused it.
public struct ReactorError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was attempted: `bind UDP port 500`.
    public let operation: String
    /// The error number, as in errno(3).
    public let code: Int32

    /// The failure of `operation` with the error number `code`.
    public init(_ operation: String, code: Int32) {
        self.operation = operation
        self.code = code
    }

    /// The failure of the system call just made.
    init(_ operation: String) {
        self.init(operation, code: lastSystemError)
    }

    /// `bind UDP port 500: Address already in use`.
    public var description: String { "\(operation): \(systemErrorText(code))" }
}

/// The words for an error number: `Address already in use`.
public func systemErrorText(_ code: Int32) -> String {
    guard let text = strerrordesc_np(code) else { return "error \(code)" }
    return String(cString: text)
}

/// The error number of this thread's last failed system call.
var lastSystemError: Int32 { __errno_location().pointee }
