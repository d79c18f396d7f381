/// What somebody answered to a ``StatusQuestion``, and was found right.
public enum StatusAnswer: Sendable {
    /// A revocation list.
    case list(RevocationList)
    /// An OCSP response, in DER.
    case response([UInt8])

    /// Octets that it takes, about.
    var size: Int {
        switch self {
        case .list(let list): list.size
        case .response(let der): der.count
        }
    }

    /// Whether it no longer holds at a moment in seconds since 1970, whoever asks. Throws when it is
    /// no answer at all.
    public func isOver(at moment: Int64) throws(CryptoError) -> Bool {
        switch self {
        case .list(let list): list.isStale(at: moment)
        case .response(let der): try OCSPResponse.isOver(der, at: moment)
        }
    }

    /// The answer in DER.
    public var der: [UInt8] {
        switch self {
        case .list(let list): list.der
        case .response(let der): der
        }
    }
}

/// Answers that are kept, for as long as they hold. They are judged anew at each use, so that none
/// counts for longer.
public struct StatusAnswers: Sendable {
    private struct Entry {
        let answer: StatusAnswer
        /// Counts what has been kept, the oldest first.
        let number: UInt64
    }

    /// As many as a gateway has peers with responses of their own.
    public static let most = 1024
    /// Octets of all: the longest list that is taken, and as much again.
    public static let mostOctets = 2 * RevocationList.longest

    private var entries: [StatusKey: Entry] = [:]
    private var number: UInt64 = 0
    private var size = 0

    /// Without any.
    public init() {}

    /// How many there are.
    public var count: Int { entries.count }

    /// The answer to a question, if it was kept.
    public subscript(key: StatusKey) -> StatusAnswer? { entries[key]?.answer }

    /// Keeps an answer in place of the one before; the oldest ones make room.
    public mutating func keep(_ answer: StatusAnswer, to key: StatusKey) {
        forget(key)
        while entries.count >= Self.most || size + answer.size > Self.mostOctets,
            let oldest = entries.min(by: { $0.value.number < $1.value.number })?.key
        {
            forget(oldest)
        }
        number += 1
        entries[key] = Entry(answer: answer, number: number)
        size += answer.size
    }

    private mutating func forget(_ key: StatusKey) {
        if let old = entries.removeValue(forKey: key) { size -= old.answer.size }
    }
}
