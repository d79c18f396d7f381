/// Octets that are not what the other end should have sent.
public enum AdminError: Error, Equatable, Sendable {
    /// They end in the middle, or go on after the end.
    case malformed
    /// A frame says that it has more octets than any may.
    case tooLong(Int)
    /// The other end speaks another version of this language.
    case version(UInt8)
}

extension AdminError: CustomStringConvertible {
    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .malformed: "what came is malformed"
        case .tooLong(let count): "a message of \(count) octets is too long"
        case .version(let version):
            "the other end speaks version \(version) of the protocol; expected \(Frame.version)"
        }
    }
}
