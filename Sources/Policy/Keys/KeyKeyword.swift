/// A keyword of ikev2.preshared(5).
enum KeyKeyword {
    case label, key, localKey, remoteKey

    static let vocabulary = Vocabulary<KeyKeyword>([
        ("label", .label), ("key", .key), ("local_key", .localKey), ("remote_key", .remoteKey),
    ])

    /// The word.
    var name: String {
        switch self {
        case .label: "label"
        case .key: "key"
        case .localKey: "local_key"
        case .remoteKey: "remote_key"
        }
    }
}
