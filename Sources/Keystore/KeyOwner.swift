import CLinux
import Crypto
import Net
import Wire

/// Whose a public key is that no certificate tells of (RFC 7670): the folder and the name of its file
/// do.
public struct KeyOwner: Hashable, Sendable {
    /// The kinds of identities; each has its folder.
    public enum Kind: String, CaseIterable, Sendable {
        case ipv4, ipv6, fqdn, ufqdn
    }

    /// The kind of identity.
    public let kind: Kind
    /// The identity as the file has it.
    public let name: String
    /// The identity.
    public let identity: Identification

    /// The folder of a keystore's directory that the folders of the kinds are in.
    public static let folder = "pubkeys"

    /// The owner that a file is named for; `nil` for a name that is no identity of that kind.
    public init?(_ kind: Kind, named name: String) {
        guard Label.isFileName(name) else { return nil }
        switch kind {
        case .ipv4, .ipv6:
            guard let address = IPAddress(name), address.family == (kind == .ipv4 ? .v4 : .v6)
            else { return nil }
            identity = Identification(address)
        case .fqdn:
            guard !name.contains("@") else { return nil }
            identity = Identification(type: .fqdn, data: Array(name.utf8))
        case .ufqdn:
            guard name.contains("@") else { return nil }
            identity = Identification(type: .rfc822Address, data: Array(name.utf8))
        }
        self.kind = kind
        self.name = name
    }

    /// The owner that an administrator calls `fqdn/gw.example.org`.
    public init?(_ text: String) {
        guard let slash = text.firstIndex(of: "/"),
            let kind = Kind(rawValue: String(text[..<slash]))
        else { return nil }
        self.init(kind, named: String(text[text.index(after: slash)...]))
    }

    /// What an administrator calls it.
    public var text: String { "\(kind.rawValue)/\(name)" }

    /// What that looks like, in words.
    public static let expected =
        Kind.allCases.map { $0.rawValue }.joined(separator: ", ") + ", a '/' and the identity"

    /// Where the key is put.
    public func path(in directory: String) -> String { "\(directory)/\(Self.folder)/\(text)" }

    /// The mode of the key's file.
    public static let fileMode: mode_t = 0o644

    /// Makes the folder for it, as far as it is not there.
    public func makeFolder(in directory: String) throws(FileChanges.Problem) {
        try KeystoreFolder.make("\(directory)/\(Self.folder)", 0o755)
        try KeystoreFolder.make("\(directory)/\(Self.folder)/\(kind.rawValue)", 0o755)
    }
}

/// A public key, and whose it is.
public struct OwnedKey: Sendable {
    /// Whose it is.
    public let owner: KeyOwner
    /// The key.
    public let key: PublicKey
}
