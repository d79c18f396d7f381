/// Something in a keystore that is not used, and why.
public struct KeystoreWarning: Equatable, Sendable {
    /// The file or directory.
    public let path: String
    /// Where in the file it begins, for PEM.
    public let line: Int?
    /// What is wrong with it.
    public let reason: String

    /// A warning about a file, or about an object in it.
    public init(path: String, line: Int? = nil, reason: String) {
        self.path = path
        self.line = line
        self.reason = reason
    }
}

extension KeystoreWarning: CustomStringConvertible {
    /// `path:line: reason`.
    public var description: String {
        line.map { "\(path):\($0): \(reason)" } ?? "\(path): \(reason)"
    }
}
