/// A request on its way: the words, and the octets that go along where it has an
/// ``Request/Enclosure``.
public struct Message: Hashable, Sendable {
    /// What is asked for.
    public let request: Request
    /// The contents of a file, what was typed, or a PIN; else nothing.
    public let enclosed: SensitiveOctets

    /// A request with what goes along.
    public init(_ request: Request, enclosed: SensitiveOctets = SensitiveOctets([])) {
        self.request = request
        self.enclosed = enclosed
    }

    /// The message, to go into a frame: the version, the number of words, the words, and the rest.
    /// Erasing the octets is the caller's.
    public var octets: [UInt8] {
        let words = request.words
        var octets: [UInt8] = []
        // At once, so that nothing stays behind where it has grown out of.
        octets.reserveCapacity(
            3 + words.reduce(0) { $0 + 2 + $1.utf8.count } + enclosed.count)
        octets.append(Frame.version)
        octets.append(number: UInt16(truncatingIfNeeded: words.count))
        for word in words { octets.append(text: word) }
        enclosed.append(to: &octets)
        return octets
    }

    /// Reads the message of a frame.
    public init(octets: [UInt8]) throws(AdminError) {
        var reader = Reader(octets[...])
        try reader.expectVersion()
        var words: [String] = []
        for _ in 0..<(try reader.number(UInt16.self)) { words.append(try reader.text()) }
        let request: Request
        do throws(CommandRefusal) {
            request = try Request(words: words)
        } catch {
            throw .malformed
        }
        guard request.enclosure.hasOctets || reader.isAtEnd else { throw .malformed }
        self.init(request, enclosed: SensitiveOctets([UInt8](try reader.take(reader.count))))
    }
}
