/// What an administrator calls an object of a keystore: the name of its file without the ending.
public struct Label: Hashable, Sendable {
    /// The words.
    public let text: String

    /// Longer ones would not fit a file's name with its ending.
    static let longest = 200

    private static let endings = [".pem", ".crt", ".cer", ".der", ".key", ".crl", ".p12", ".pfx"]

    /// A label that can name a file, and that a keystore is read from; `nil` for another.
    public init?(_ text: String) {
        guard Self.isFileName(text), !Self.endings.contains(where: { text.hasSuffix($0) })
        else { return nil }
        self.text = text
    }

    /// Whether a keystore's file may be called so.
    static func isFileName(_ text: String) -> Bool {
        (1...longest).contains(text.utf8.count) && !text.hasPrefix(".") && !text.hasSuffix("~")
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }
    }

    /// What a label looks like, in words.
    public static let expected =
        "1 to \(longest) characters without '/', not beginning with '.' nor ending in '~' or as "
        + "a file of keys does"

    /// The label of a file.
    public static func text(of path: String) -> String {
        let name = path.split(separator: "/").last.map { String($0) } ?? path
        guard let ending = endings.first(where: { name.hasSuffix($0) }), name != ending else {
            return name
        }
        return String(name.dropLast(ending.count))
    }
}
