import CCryptoki
import Crypto

/// Attributes of an object on a token: what one is found by, or what one to be made shall have.
/// Those of a private key are secret, and all are treated so.
struct ObjectTemplate {
    private var parts: [(type: Int, value: Secret)] = []

    /// Begins with the class.
    init(_ objectClass: Int) {
        add(CRYPTOKI_CLASS, word: cryptoki_word(objectClass))
    }

    mutating func add(_ type: Int, _ octets: [UInt8]) {
        add(type, Secret(copying: octets))
    }

    mutating func add(_ type: Int, _ secret: Secret) {
        parts.append((type, secret))
    }

    mutating func add(_ type: Int, word: cryptoki_word) {
        add(type, withUnsafeBytes(of: word) { [UInt8]($0) })
    }

    mutating func add(_ type: Int, isTrue: Bool) {
        add(type, [isTrue ? 1 : 0])
    }

    /// Lends them in PKCS #11's form.
    func withAttributes<Result>(
        _ body: (UnsafeMutablePointer<cryptoki_attribute>?, cryptoki_word) throws(CryptoError)
            -> Result
    ) throws(CryptoError) -> Result {
        // One block holds all values, so that their addresses stay; each begins where a number may.
        let places = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + Self.room($1.value)) }
        let block = try Secret(count: places[parts.count]) { block in
            for (part, place) in zip(parts, places) {
                part.value.withUnsafeBytes { octets in
                    UnsafeMutableRawBufferPointer(rebasing: block[place...])
                        .copyMemory(from: octets)
                }
            }
        }
        return try block.withUnsafeBytes { block throws(CryptoError) in
            var attributes = zip(parts, places).map { part, place in
                cryptoki_attribute(
                    type: cryptoki_word(part.type),
                    value: UnsafeMutableRawPointer(
                        mutating: block.baseAddress?.advanced(by: place)),
                    length: cryptoki_word(part.value.count))
            }
            return try attributes.withUnsafeMutableBufferPointer { room throws(CryptoError) in
                try body(room.baseAddress, cryptoki_word(room.count))
            }
        }
    }

    /// Octets that a value takes in the block.
    private static func room(_ value: Secret) -> Int {
        let unit = MemoryLayout<cryptoki_word>.size
        return (value.count + unit - 1) / unit * unit
    }
}
