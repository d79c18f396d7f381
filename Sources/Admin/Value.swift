/// What the daemon tells of itself: a tree, as JSON has it, with members in a fixed order.
public indirect enum Value: Hashable, Sendable {
    case object([Member])
    case array([Value])
    case text(String)
    case number(UInt64)
    case flag(Bool)
    /// A key.
    case key(SensitiveOctets)

    /// A named part of an object.
    public struct Member: Hashable, Sendable {
        /// The name, the same in every version: lower-case words joined by `_`.
        public let name: String
        /// What it has.
        public let value: Value

        /// A named value.
        public init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }
}

// What readers look for.
extension Value {
    /// The member of an object; `nil` when there is none, or this is no object.
    public subscript(name: String) -> Value? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text, if it is one.
    public var text: String? { if case .text(let text) = self { text } else { nil } }

    /// The number, if it is one.
    public var number: UInt64? { if case .number(let number) = self { number } else { nil } }

    /// The key, if it is one.
    public var key: SensitiveOctets? { if case .key(let key) = self { key } else { nil } }

    /// The same with an X for every digit of a key.
    public var withoutKeys: Value {
        switch self {
        case .object(let members):
            .object(members.map { Member($0.name, $0.value.withoutKeys) })
        case .array(let values): .array(values.map { $0.withoutKeys })
        case .key(let key): .text(String(repeating: "X", count: 2 * key.count))
        case .text, .number, .flag: self
        }
    }

    /// The elements of an array; nothing when it is none.
    public var elements: [Value] { if case .array(let values) = self { values } else { [] } }

    /// The members of an object; nothing when it is none.
    public var members: [Member] { if case .object(let members) = self { members } else { [] } }

    /// Whether it is a flag that is set.
    public var isTrue: Bool { self == .flag(true) }
}
