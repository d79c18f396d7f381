/// Reads the body of one payload from front to back, and never beyond its end.
///
/// The octets are handed to each call, because a span cannot be stored; positions are those of
/// the whole datagram.
struct Cursor {
    /// Whose body it is, for errors.
    let payload: PayloadType
    /// The octets not read yet.
    private(set) var rest: Range<Int>

    /// A cursor at the start of `range`, which must lie within the octets that will be read.
    init(_ range: Range<Int>, in payload: PayloadType) {
        self.payload = payload
        rest = range
    }

    var isAtEnd: Bool { rest.isEmpty }

    func error(_ malformation: Malformation) -> WireError { .malformed(payload, malformation) }

    /// Steps over `count` octets.
    mutating func take(_ count: Int) throws(WireError) -> Range<Int> {
        guard count >= 0, count <= rest.count else { throw error(.truncated) }
        let taken = rest.lowerBound..<rest.lowerBound + count
        rest = taken.upperBound..<rest.upperBound
        return taken
    }

    /// Steps over everything that is left.
    mutating func takeRest() -> Range<Int> {
        let taken = rest
        rest = taken.upperBound..<taken.upperBound
        return taken
    }

    /// Reads the length of a substructure, which counts the two octets before it and its own two,
    /// and steps over the rest of it: gives a cursor that is bounded by it.
    mutating func substructure(_ octets: Span<UInt8>) throws(WireError) -> Cursor {
        let length = Int(try read(UInt16.self, octets))
        guard length >= 4 else { throw error(.length(length)) }
        return Cursor(try take(length - 4), in: payload)
    }

    /// Reads one integer in network order.
    mutating func read<Integer: FixedWidthInteger & UnsignedInteger>(
        _ type: Integer.Type, _ octets: Span<UInt8>
    ) throws(WireError) -> Integer {
        octets.bigEndian(type, at: try take(Integer.bitWidth / 8).lowerBound)
    }

    /// Refuses octets that no field accounts for.
    func finish() throws(WireError) {
        guard isAtEnd else { throw error(.surplus(octets: rest.count)) }
    }
}
