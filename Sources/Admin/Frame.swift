/// A message on the stream between the two ends: its length in four octets, then itself.
public enum Frame {
    /// The version of this language. An end that speaks another is told so, and nothing else.
    public static let version: UInt8 = 2
    /// Octets of the longest words of a request.
    public static let longestRequest = 16 << 10
    /// Octets of the longest thing that goes along with a request: as long as the longest file that
    /// the daemon reads.
    public static let longestEnclosure = 4 << 20
    /// Octets of the longest reply: one object.
    public static let longestReply = 256 << 10

    /// The octets of a frame.
    public static func around(_ message: [UInt8]) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(4 + message.count)
        octets.append(number: UInt32(truncatingIfNeeded: message.count))
        octets += message
        return octets
    }
}

/// Puts frames together from what a stream brings, in pieces of any size.
public struct FrameBuffer: Sendable {
    private var octets: [UInt8] = []
    private let longest: Int

    /// A buffer that refuses frames of more than so many octets.
    public init(longest: Int) {
        self.longest = longest
    }

    /// Takes in what has come.
    public mutating func append(_ piece: some Collection<UInt8>) {
        octets += piece
    }

    /// The next frame, without its length; `nil` while it is not whole.
    public mutating func next() throws(AdminError) -> [UInt8]? {
        guard octets.count >= 4 else { return nil }
        var reader = Reader(octets[...])
        let count = Int(try reader.number(UInt32.self))
        guard count <= longest else { throw .tooLong(count) }
        guard octets.count - 4 >= count else {
            // At once, so that no part stays behind where it has grown out of.
            if octets.capacity < 4 + count { grow(to: 4 + count) }
            return nil
        }
        defer {
            let rest = [UInt8](octets[(4 + count)...])
            octets.erase()
            octets = rest
        }
        return [UInt8](octets[4..<4 + count])
    }

    private mutating func grow(to capacity: Int) {
        var larger: [UInt8] = []
        larger.reserveCapacity(capacity)
        larger += octets
        octets.erase()
        octets = larger
    }
}
