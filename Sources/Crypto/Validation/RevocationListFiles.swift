/// Which files hold revocation lists: `crl-directory` and `crl-basefilename` of the certificate policy.
public struct RevocationListFiles: Hashable, Sendable {
    /// The directory; `nil` for that of the keystore.
    public let directory: String?
    /// The only file in it that counts; `nil` when all do.
    public let name: String?

    /// Names files; all in the keystore's directory, unless told otherwise.
    public init(directory: String? = nil, name: String? = nil) {
        self.directory = directory
        self.name = name
    }
}
