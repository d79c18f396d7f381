import CCryptoki

/// What a token says of itself.
public struct TokenInfo: Equatable, Sendable {
    /// Whether its PIN can be used.
    public enum PINState: Sendable {
        case notNeeded, notSet, set, fewTriesLeft, lastTry, locked

        /// The state in words.
        public var name: String {
            switch self {
            case .notNeeded: "not needed"
            case .notSet: "not set"
            case .set: "set"
            case .fewTriesLeft: "set, a wrong one was tried"
            case .lastTry: "set, the last try is left"
            case .locked: "locked"
            }
        }
    }

    /// What its owner calls it.
    public let label: String
    /// Who made it.
    public let manufacturer: String
    /// What it is.
    public let model: String
    /// Which of these it is.
    public let serial: String
    /// Whether its PIN can be used.
    public let pin: PINState
    /// Whether nothing can be put on it or taken off it.
    public let isWriteProtected: Bool

    init(_ token: cryptoki_token) {
        label = Self.text(token.label)
        manufacturer = Self.text(token.manufacturer)
        model = Self.text(token.model)
        serial = Self.text(token.serial)
        func has(_ flag: Int) -> Bool { Int(truncatingIfNeeded: token.flags) & flag != 0 }
        isWriteProtected = has(CRYPTOKI_WRITE_PROTECTED)
        pin =
            has(CRYPTOKI_USER_PIN_LOCKED)
            ? .locked
            : has(CRYPTOKI_USER_PIN_FINAL_TRY)
                ? .lastTry
                : has(CRYPTOKI_USER_PIN_COUNT_LOW)
                    ? .fewTriesLeft
                    : has(CRYPTOKI_USER_PIN_INITIALIZED)
                        ? .set : has(CRYPTOKI_LOGIN_REQUIRED) ? .notSet : .notNeeded
    }

    /// Without the blanks behind it.
    private static func text<Octets>(_ field: Octets) -> String {
        withUnsafeBytes(of: field) { octets in
            var text = octets[...]
            while text.last == UInt8(ascii: " ") || text.last == 0 { text = text.dropLast() }
            return String(decoding: text, as: UTF8.self)
        }
    }
}
