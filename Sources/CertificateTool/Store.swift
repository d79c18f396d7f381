import Console
import CLinux
import Crypto
import Daemon
import Keystore
import Policy

/// The keystore that a request is about, with whom it belongs to.
struct Store {
    let directory: String
    /// Whose its files are; root becomes that account to touch them.
    let owner: Account
    private let request: Request
    /// The PIN that the daemon has in its properties.
    private let propertyPIN: Secret?

    /// The keystore that the request names, or the daemon's.
    init(_ request: Request) throws(Failure) {
        self.request = request
        if let directory = request[.dir] {
            self.directory = Properties.absolute(directory)
            propertyPIN = nil
            owner = Self.owner(of: self.directory) ?? .caller
            return
        }
        var report = Report()
        guard let properties = Properties.load(request.propertiesFile, into: &report) else {
            report.print()
            throw Failure("the properties cannot be used")
        }
        directory = properties.keystore
        propertyPIN = properties.pkcs11TokenPIN
        guard let account = try Account.ofDaemon(properties) else {
            throw Failure(
                "no account '\(properties.user.printable)' to own the keystore; expected the one "
                    + "that config/user names, or dir= with a directory of your own")
        }
        owner = account
    }

    /// Whose a directory is, when that is somebody other than root.
    private static func owner(of directory: String) -> Account? {
        guard Account.isPrivileged else { return nil }
        let descriptor = process_open(directory, O_RDONLY | O_DIRECTORY, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard process_file_status(descriptor, &status) == 0 else { return nil }
        return Account(
            name: "\(status.st_uid)", user: status.st_uid, group: status.st_gid)
    }

    /// Does something as the keystore's owner.
    func asOwner<Result>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        guard Account.isPrivileged, owner.user != 0 else { return try body() }
        guard setegid(owner.group) == 0, seteuid(owner.user) == 0 else {
            throw Failure(system: "become '\(owner.name.printable)'")
        }
        // Root can always take itself back.
        defer {
            _ = seteuid(0)
            _ = setegid(0)
        }
        return try body()
    }

    /// What is in it. Problems with files are told and do not stop the rest.
    ///
    /// - Parameter pin: opens the keys; those that it does not open are no problem.
    func read(pin: Secret? = nil) throws(Failure) -> KeystoreReading {
        let files = KeystoreFiles(directory: directory, pin: pin, owner: owner)
        let reading = try asOwner { () throws(Failure) in
            KeystoreReading(directory, files.access, pin: pin)
        }
        for warning in reading.problems where !reading.locked.contains(warning.path) {
            Terminal.complain("ikev2cert: \(warning.description.printable)")
        }
        return reading
    }

    /// The label that an option gives.
    func label(_ option: Option) throws(Failure) -> Label? {
        guard let text = request[option] else { return nil }
        guard let label = Label(text) else { throw request.refusal(of: option, Label.expected) }
        return label
    }

    /// Whether what is there may be overwritten.
    func replaces() throws(Failure) -> Bool {
        try request.word(.replace, [("no", false), ("yes", true)])
    }

    /// Writes objects under their labels, all of them or none.
    func write(
        _ objects: [(contents: Secret, label: Label, folder: KeystoreFolder)]
    ) throws(Failure) {
        let replaces = try replaces()
        try makeRoom()
        try asOwner { () throws(Failure) in
            try Self.failing { () throws(FileChanges.Problem) in
                try KeystoreFolder.make(in: directory)
                let changes = FileChanges()
                for (contents, label, folder) in objects {
                    try changes.stage(
                        contents, at: folder.path(of: label, in: directory),
                        mode: folder.fileMode, replacing: replaces)
                }
                try changes.commit()
            }
        }
    }

    /// Writes public keys of one owner.
    func write(_ text: Secret, of owner: KeyOwner) throws(Failure) {
        let replaces = try replaces()
        try makeRoom()
        try asOwner { () throws(Failure) in
            try Self.failing { () throws(FileChanges.Problem) in
                try KeystoreFolder.make(in: directory)
                try owner.makeFolder(in: directory)
                let changes = FileChanges()
                try changes.stage(
                    text, at: owner.path(in: directory), mode: KeyOwner.fileMode,
                    replacing: replaces)
                try changes.commit()
            }
        }
    }

    /// Removes files.
    func remove(_ paths: [String]) throws(Failure) {
        try asOwner { () throws(Failure) in
            for path in paths {
                guard unlink(path) == 0 || process_errno() == ENOENT else {
                    throw Failure(system: path.printable)
                }
            }
        }
    }

    /// Removes an object that has just been written, when what goes with it cannot be.
    func takeBack(_ label: Label, _ folder: KeystoreFolder) throws(Failure) {
        guard try !replaces() else { return }
        try remove([folder.path(of: label, in: directory)])
    }

    /// Throws when an object could not be written because there is one. That comes before the work.
    func checkFree(_ label: Label, _ folders: [KeystoreFolder]) throws(Failure) {
        guard try !replaces() else { return }
        for folder in folders {
            let path = folder.path(of: label, in: directory)
            guard access(path, F_OK) != 0 else {
                throw Failure(
                    "\(path.printable) exists already; expected another label, or replace=yes")
            }
        }
    }

    /// Only root can make the daemon's own directory.
    private func makeRoom() throws(Failure) {
        guard Account.isPrivileged, owner.user != 0, access(directory, F_OK) != 0 else { return }
        guard mkdir(directory, 0o755) == 0, chown(directory, owner.user, owner.group) == 0 else {
            throw Failure(system: "make \(directory.printable)")
        }
    }

    /// Runs what changes files.
    static func failing(
        _ body: () throws(FileChanges.Problem) -> Void
    ) throws(Failure) {
        do throws(FileChanges.Problem) {
            try body()
        } catch {
            throw Failure("\(error.path.printable): \(error.reason)")
        }
    }
}

// The PIN of the keystore.
extension Store {
    /// Opens with the keystore's PIN, and is there when one has been set.
    var pinTest: String { "\(directory)/private/.pin" }

    /// The PIN under which keys lie; `nil` when none has been set. Asks for it if it must.
    func pin() throws(Failure) -> Secret? {
        guard let test = try readPINTest() else { return nil }
        var pin = try givenPIN()
        if pin == nil { pin = try PINPrompt.known(nil, "PIN of the keystore: ") }
        do throws(CryptoError) {
            _ = try PrivateKey(reading: test, pin: pin)
        } catch {
            throw Failure("the PIN is wrong; expected that of the keystore \(directory.printable)")
        }
        return pin
    }

    private func readPINTest() throws(Failure) -> Secret? {
        let file = GuardedFile(path: pinTest, protection: .secret, owner: owner)
        return try asOwner { () throws(Failure) in
            do throws(GuardedFile.Problem) {
                return Secret(copying: try file.read())
            } catch {
                guard case .refused(let reason) = error else { return nil }
                throw Failure("\(pinTest.printable): \(reason)")
            }
        }
    }

    /// The PIN for what does without it: none when it would have to be asked for.
    func knownPIN() throws(Failure) -> Secret? { try givenPIN() }

    /// Writes all keys anew, under the PIN, and what the PIN is tried on.
    func rewriteKeys(_ keys: [Filed<PrivateKey>], pin: Secret?) throws(Failure) {
        let texts = try Failure.ofCrypto { () throws(CryptoError) in
            var texts: [(path: String, text: Secret)] = []
            for key in keys where !Self.isPKCS12(key.path) {
                texts.append((key.path, try key.object.pem(pin: pin)))
            }
            if let pin {
                texts.append((pinTest, try PrivateKey.generate(.ed25519).pem(pin: pin)))
            }
            return texts
        }
        try makeRoom()
        try asOwner { () throws(Failure) in
            try Self.failing { () throws(FileChanges.Problem) in
                try KeystoreFolder.make(in: directory)
                let changes = FileChanges()
                for (path, text) in texts {
                    try changes.stage(
                        text, at: path, mode: KeystoreFolder.keys.fileMode, replacing: true)
                }
                try changes.commit()
            }
        }
        if pin == nil { try remove([pinTest]) }
    }

    private static func isPKCS12(_ path: String) -> Bool {
        path.hasSuffix(".p12") || path.hasSuffix(".pfx")
    }

    /// The PIN that a file has, or the service manager, or the properties.
    func givenPIN() throws(Failure) -> Secret? {
        if let file = request[.pinfile] { return try PINFile.read(file) }
        if let pin = try PINFile.credential() { return pin }
        return propertyPIN
    }
}

extension Failure {
    /// What libcrypto, or a value from outside, made impossible.
    init(_ error: CryptoError) { self.init(error.description.printable) }

    /// Runs what libcrypto does.
    static func ofCrypto<Result>(
        _ context: String? = nil, _ body: () throws(CryptoError) -> Result
    ) throws(Failure) -> Result {
        do throws(CryptoError) {
            return try body()
        } catch {
            throw Failure((context.map { "\($0.printable): " } ?? "") + error.description.printable)
        }
    }
}
