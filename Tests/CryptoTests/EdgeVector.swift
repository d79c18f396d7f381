import Wire

/// A peer's public value at an edge of what a method takes, or beyond it.
struct EdgeVector: Sendable, CustomStringConvertible {
    /// The test's number in its source.
    let number: Int
    let method: KeyExchangeMethod
    /// Ours; `nil` where the peer's value is refused whatever ours is.
    let privateValue: [UInt8]?
    let publicValue: [UInt8]
    /// `nil` where the value is refused.
    let shared: [UInt8]?

    var description: String { "\(method) \(number)" }

    static let all =
        ecp192 + ecp224 + ecp256 + ecp384 + ecp521 + brainpool224 + brainpool256 + brainpool384
        + brainpool512 + curve25519 + curve448

    /// Reads paragraphs of a number, a private value, a public one, and what is shared.
    static func table(_ method: KeyExchangeMethod, _ text: String) -> [EdgeVector] {
        text.split(separator: "\n\n").map { paragraph in
            let fields = paragraph.split(separator: "|").map {
                String($0).filter { !$0.isWhitespace }
            }
            func octets(_ index: Int) -> [UInt8]? {
                fields[index] == "none" ? nil : hex(fields[index])
            }
            return EdgeVector(
                number: Int(fields[0]) ?? 0, method: method, privateValue: octets(1),
                publicValue: octets(2) ?? [], shared: octets(3))
        }
    }
}
