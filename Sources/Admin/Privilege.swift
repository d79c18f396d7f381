/// How much of what is secret an administrator may touch. It begins with what the properties
/// allow, and is only ever lowered.
public enum Privilege: UInt8, CaseIterable, Comparable, Sendable {
    /// Nothing of it.
    case base
    /// Keys come and go, and are not shown.
    case modifyingKeys
    /// Keys are shown.
    case keyMaterial

    /// As ikeadm(8) names it.
    public var name: String {
        switch self {
        case .base: "base"
        case .modifyingKeys: "modkeys"
        case .keyMaterial: "keymat"
        }
    }

    /// The level of a name.
    public init?(name: String) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }

    /// Whether it allows less.
    public static func < (a: Privilege, b: Privilege) -> Bool { a.rawValue < b.rawValue }
}

extension Request {
    /// The least privilege that it needs, whoever asks.
    public var privilege: Privilege {
        switch self {
        case .add(.preshared, _), .read(.presharedKeys, _), .delete(.presharedKey), .login,
            .logout:
            .modifyingKeys
        case .write(.presharedKeys): .keyMaterial
        default: .base
        }
    }
}
