import Crypto

/// How the files of a keystore are read: by whoever knows whose they may be, and what modes will do.
public struct FileAccess {
    /// Why a file or directory is not read.
    public enum Problem: Error, Equatable, Sendable {
        /// There is none.
        case missing
        /// What is wrong, and what was expected.
        case refused(String)
    }

    /// The names in a directory, in any order.
    public typealias Names = (_ directory: String) throws(Problem) -> [String]
    /// The octets of a file that others may read.
    public typealias Contents = (_ path: String) throws(Problem) -> [UInt8]
    /// The octets of a file that nobody else may read.
    public typealias SecretContents = (_ path: String) throws(Problem) -> Secret

    let names: Names
    let contents: Contents
    let secret: SecretContents

    /// Takes what reads.
    public init(
        names: @escaping Names = Directory.names, contents: @escaping Contents,
        secret: @escaping SecretContents
    ) {
        self.names = names
        self.contents = contents
        self.secret = secret
    }
}
