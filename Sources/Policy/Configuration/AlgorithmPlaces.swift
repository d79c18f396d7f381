import Crypto
import Wire

/// Where the algorithms that libcrypto must have are named first. Those of Child SAs are the
/// kernel's.
struct AlgorithmPlaces: Sendable {
    /// Each algorithm once, in the order of the file.
    private(set) var list: [(algorithm: Capabilities.Algorithm, location: SourceLocation)] = []
    private var known: Set<Capabilities.Algorithm> = []

    /// Remembers an algorithm.
    mutating func note(_ algorithm: Capabilities.Algorithm, at location: SourceLocation) {
        if known.insert(algorithm).inserted { list.append((algorithm, location)) }
    }

    /// Remembers those of an `ikesa_xform` whose values stand at these places.
    mutating func note(_ transform: IKETransform, at places: Places) {
        if let place = places[.encryption] {
            let lengths = transform.keyLengths.isEmpty ? [0] : transform.keyLengths
            for bits in lengths {
                note(.encryption(transform.encryption, keyBits: Int(bits)), at: place)
            }
        }
        if let place = places[.authentication] {
            for algorithm in transform.integrity { note(.integrity(algorithm), at: place) }
        }
        if let place = places[.prf] ?? places[.authentication] {
            for function in transform.prfs { note(.pseudorandomFunction(function), at: place) }
        }
        if let place = places[.group] { note(.keyExchange(transform.group), at: place) }
    }
}
