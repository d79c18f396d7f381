import CLinux

/// One of the folders of a keystore's directory.
public enum KeystoreFolder: CaseIterable, Sendable {
    case certificates, keys, revocationLists

    /// Its name in the directory.
    public var name: String {
        switch self {
        case .certificates: "certs"
        case .keys: "private"
        case .revocationLists: "crls"
        }
    }

    /// The mode of the folder: only keys are kept from others.
    var mode: mode_t { self == .keys ? 0o700 : 0o755 }

    /// The mode of the files in it.
    public var fileMode: mode_t { self == .keys ? 0o600 : 0o644 }

    /// Where an object is put.
    public func path(of label: Label, in directory: String) -> String {
        "\(directory)/\(name)/\(label.text).pem"
    }

    /// Makes the directory of a keystore with its folders, as far as they are not there.
    public static func make(in directory: String) throws(FileChanges.Problem) {
        try make(directory, 0o755)
        for folder in allCases { try make("\(directory)/\(folder.name)", folder.mode) }
    }

    /// Makes a directory, if it is not there, with this mode whatever the mask of the process is.
    static func make(_ path: String, _ mode: mode_t) throws(FileChanges.Problem) {
        guard mkdir(path, mode) != 0 else {
            _ = chmod(path, mode)
            return
        }
        let code = process_errno()
        guard code == EEXIST else { throw FileChanges.Problem(path, code) }
    }
}
