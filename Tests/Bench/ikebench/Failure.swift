import Glibc

/// Why a measurement cannot be made.
struct Failure: Error {
    let message: String

    init(_ message: String) { self.message = message }

    /// A system call that failed, and why.
    init(system operation: String) {
        message = "\(operation): \(String(cString: strerror(errno)))"
    }
}
