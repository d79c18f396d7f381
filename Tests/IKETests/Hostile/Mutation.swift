@testable import IKE

/// Damage of the kinds that find faults in decoders.
struct Mutation {
    var random: SeededRandom
    /// Genuine messages, to take pieces from.
    let corpus: [[UInt8]]

    /// One of the corpus with up to three changes; with a header length that fits, mostly.
    mutating func datagram() -> [UInt8] {
        var octets = corpus.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...3, using: &random) { change(&octets, from: 16) }
        if octets.count >= 28, Int.random(in: 0..<8, using: &random) > 0 {
            octets.replaceSubrange(24..<28, with: bigEndian(UInt32(octets.count)))
        }
        return octets
    }

    /// A chain of payloads with up to three changes.
    mutating func chain() -> [UInt8] {
        var octets = corpus.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...3, using: &random) { change(&octets, from: 0) }
        return octets
    }

    private mutating func change(_ octets: inout [UInt8], from start: Int) {
        guard octets.count > start else { return }
        let place = Int.random(in: start..<octets.count, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: octets[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
        case 3: octets.removeSubrange(place...)
        case 4:
            // What may be a length.
            guard place + 1 < octets.count else { return }
            let length: UInt16 =
                [0, 1, 3, 4, 5, 8, 0xFF, 0xFFFF].randomElement(using: &random) ?? 0
            octets.replaceSubrange(place...place + 1, with: bigEndian(length))
        case 5:
            // A piece of another message, put in or in place.
            let other = corpus.randomElement(using: &random) ?? []
            guard !other.isEmpty else { return }
            let from = Int.random(in: 0..<other.count, using: &random)
            let piece = other[from...].prefix(Int.random(in: 1...64, using: &random))
            let end =
                Bool.random(using: &random) ? place : min(place + piece.count, octets.count)
            octets.replaceSubrange(place..<end, with: piece)
        case 6:
            let end = min(place + Int.random(in: 1...32, using: &random), octets.count)
            octets.removeSubrange(place..<end)
        default:
            // Two pieces change places, as payloads might.
            let size = Int.random(in: 1...40, using: &random)
            let other = Int.random(in: start..<octets.count, using: &random)
            let (low, high) = (min(place, other), max(place, other))
            guard low + size <= high, high + size <= octets.count else { return }
            let first = [UInt8](octets[low..<low + size])
            octets.replaceSubrange(low..<low + size, with: octets[high..<high + size])
            octets.replaceSubrange(high..<high + size, with: first)
        }
    }
}
