/// What the daemon answers: objects, pieces and notes, one after the other, then an end or a failure.
public enum Reply: Hashable, Sendable {
    /// One thing of what was asked for.
    case object(Value)
    /// A piece of a text that is to be kept as it is.
    case piece(SensitiveOctets)
    /// Something that is wrong with what came along, in lines.
    case note(String)
    /// All is told, or done; what was done, in words, where that is not plain.
    case done(String)
    /// It could not be done, and why.
    case failed(String)
}

extension Reply {
    private enum Tag: UInt8 {
        case object = 1
        case done, failed, piece, note
    }

    /// The message, to go into a frame.
    public var octets: [UInt8] {
        var octets = [Frame.version]
        switch self {
        case .object(let value):
            octets.append(Tag.object.rawValue)
            value.append(to: &octets)
        case .piece(let piece):
            octets.reserveCapacity(2 + piece.count)
            octets.append(Tag.piece.rawValue)
            piece.append(to: &octets)
        case .note(let lines):
            octets.append(Tag.note.rawValue)
            octets.append(text: lines)
        case .done(let words):
            octets.append(Tag.done.rawValue)
            octets.append(text: words)
        case .failed(let reason):
            octets.append(Tag.failed.rawValue)
            octets.append(text: reason)
        }
        return octets
    }

    /// Reads the message of a frame.
    public init(octets: [UInt8]) throws(AdminError) {
        var reader = Reader(octets[...])
        try reader.expectVersion()
        guard let tag = Tag(rawValue: try reader.number(UInt8.self)) else { throw .malformed }
        switch tag {
        case .object: self = .object(try Value(octets: try reader.take(reader.count)))
        case .piece:
            self = .piece(SensitiveOctets([UInt8](try reader.take(reader.count))))
        case .note: self = .note(try reader.text())
        case .done: self = .done(try reader.text())
        case .failed: self = .failed(try reader.text())
        }
    }
}

extension Reader {
    mutating func expectVersion() throws(AdminError) {
        let version = try number(UInt8.self)
        guard version == Frame.version else { throw .version(version) }
    }
}
