import COpenSSL
import Crypto
import IKE
import Keystore
import Policy
import Wire

/// The keystore's directory, read as carefully as the other files on which security rests.
package struct KeystoreFiles: Sendable {
    let directory: String
    /// Opens keys that are encrypted.
    let pin: Secret?
    /// Whose the files may be besides root's.
    let owner: Account?
    /// A token with more of them.
    let token: TokenAccess?

    /// The keystore in a directory.
    package init(
        directory: String, pin: Secret?, owner: Account?, token: TokenAccess? = nil
    ) {
        self.directory = directory
        self.pin = pin
        self.owner = owner
        self.token = token
    }

    /// Reads it and tells of everything in it that is not used. What is the same as before is taken
    /// over.
    func load(
        lists: RevocationListFiles, previous: Keystore, into report: inout Report
    ) -> Keystore {
        let additions = token?.load(into: &report) ?? Keystore.Additions()
        // Without the directory there is nothing in it either.
        do throws(GuardedFile.Problem) {
            try GuardedDirectory(path: directory, owner: owner).check()
        } catch {
            if case .refused(let reason) = error { report.add(.warning, reason, path: directory) }
            return Keystore(additions)
        }
        let reading = KeystoreReading(
            directory, access, lists: lists, pin: pin, additions: additions, previous: previous)
        for warning in reading.warnings {
            let place = warning.line.map { "\(warning.path):\($0)" } ?? warning.path
            report.add(.warning, warning.reason, path: place)
        }
        return reading.keystore
    }

    /// How its files are read.
    package var access: FileAccess {
        let owner = owner
        return FileAccess(
            names: { (directory) throws(FileAccess.Problem) in
                do throws(GuardedFile.Problem) {
                    try GuardedDirectory(path: directory, owner: owner).check()
                } catch {
                    throw FileAccess.Problem(error)
                }
                return try Directory.names(of: directory)
            },
            contents: { (path) throws(FileAccess.Problem) in
                try Self.read(path, .readableByAll, owner)
            },
            secret: { (path) throws(FileAccess.Problem) in
                var octets = try Self.read(path, .secret, owner)
                defer {
                    octets.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
                }
                return Secret(copying: octets)
            })
    }

    private static func read(
        _ path: String, _ protection: GuardedFile.Protection, _ owner: Account?
    ) throws(FileAccess.Problem) -> [UInt8] {
        do throws(GuardedFile.Problem) {
            return try GuardedFile(path: path, protection: protection, owner: owner).read()
        } catch {
            throw FileAccess.Problem(error)
        }
    }
}

extension FileAccess.Problem {
    fileprivate init(_ problem: GuardedFile.Problem) {
        switch problem {
        case .missing: self = .missing
        case .refused(let reason): self = .refused(reason)
        }
    }
}

extension Credentials {
    /// What a keystore gives to the engine.
    convenience init(
        _ keystore: Keystore, policy: CertificatePolicy
    ) throws(CryptoError) {
        try self.init(
            identities: keystore.identities.map { ($0.certificate, $0.key) },
            certificates: keystore.certificates, revocationLists: keystore.revocationLists,
            rawKeys: keystore.publicKeys.map {
                RawKey(owner: $0.owner.identity, key: $0.key)
            },
            bareIdentities: keystore.bareIdentities.map { ($0.owner.identity, $0.key) },
            policy: policy)
    }
}
