import Crypto

/// One reading of a keystore's directory: `certs/`, `private/`, `pubkeys/` and `crls/`.
///
/// A bad file is told of and does not stop the rest.
public struct KeystoreReading {
    /// What was read.
    public let keystore: Keystore
    /// What was not, and why.
    public let problems: [KeystoreWarning]
    /// Private keys that neither a certificate nor a public key is about.
    public let loneKeys: [KeystoreWarning]
    /// Files of keys that the PIN does not open; they are among the problems.
    public let locked: [String]
    /// Each certificate with its file; one that lies in two stands here twice.
    public let certificates: [Filed<X509Certificate>]
    /// Each key with its file.
    public let keys: [Filed<PrivateKey>]
    /// Each public key with its file.
    public let publicKeys: [Filed<OwnedKey>]
    /// Each revocation list with its file.
    public let revocationLists: [Filed<RevocationList>]

    /// Reads the directory.
    ///
    /// `lists` says which files hold revocation lists, `pin` opens encrypted keys, and `additions`
    /// lie elsewhere. Objects of `previous` are taken over for what has not changed.
    public init(
        _ directory: String, _ files: FileAccess,
        lists: RevocationListFiles = RevocationListFiles(), pin: Secret? = nil,
        additions: Keystore.Additions = Keystore.Additions(), previous: Keystore = Keystore()
    ) {
        var reader = Reader(files: files, pin: pin, previous: previous)
        reader.readCertificates("\(directory)/certs")
        reader.readKeys("\(directory)/private")
        reader.readPublicKeys("\(directory)/\(KeyOwner.folder)")
        reader.readLists(lists.directory ?? "\(directory)/crls", only: lists.name)
        keystore = Keystore(
            certificates: reader.certificates(with: additions.certificates),
            keys: reader.keys.map { $0.object } + additions.keys,
            revocationLists: reader.lists.map { $0.object },
            publicKeys: reader.publicKeys.map { $0.object })
        certificates = reader.filedCertificates
        keys = reader.keys
        publicKeys = reader.publicKeys
        revocationLists = reader.lists
        problems = reader.warnings
        loneKeys = reader.loneKeys(keystore)
        locked = reader.locked
    }

    /// Everything that is not used, and why.
    public var warnings: [KeystoreWarning] { problems + loneKeys }
}

/// What has been read so far.
private struct Reader {
    let files: FileAccess
    let pin: Secret?
    private let known: Set<X509Certificate>
    private let knownKeys: [PrivateKey]
    private let knownLists: [RevocationList]
    private var seen: Set<X509Certificate> = []
    private(set) var certificates: [X509Certificate] = []
    private(set) var filedCertificates: [Filed<X509Certificate>] = []
    private(set) var keys: [Filed<PrivateKey>] = []
    private(set) var publicKeys: [Filed<OwnedKey>] = []
    private(set) var lists: [Filed<RevocationList>] = []
    private(set) var warnings: [KeystoreWarning] = []
    private(set) var locked: [String] = []

    init(files: FileAccess, pin: Secret?, previous: Keystore) {
        self.files = files
        self.pin = pin
        known = Set(previous.certificates)
        knownKeys = previous.usedKeys
        knownLists = previous.revocationLists
    }

    private mutating func warn(_ path: String, line: Int? = nil, _ reason: String) {
        warnings.append(KeystoreWarning(path: path, line: line, reason: reason))
    }

    /// The paths of the files in a directory, in the order of their names.
    private mutating func paths(in directory: String) -> [String] {
        do throws(FileAccess.Problem) {
            return try files.names(directory).filter { !$0.hasSuffix("~") }.sorted()
                .map { "\(directory)/\($0)" }
        } catch {
            if case .refused(let reason) = error { warn(directory, reason) }
            return []
        }
    }

    private mutating func contents(_ path: String) -> [UInt8]? {
        do throws(FileAccess.Problem) {
            return try files.contents(path)
        } catch {
            // One that has just gone was not there.
            if case .refused(let reason) = error { warn(path, reason) }
            return nil
        }
    }

    /// Hands the objects of a file: those with one of the labels, or the whole when it is DER.
    private mutating func objects(
        in path: String, _ labels: [String]
    ) -> [(der: [UInt8], line: Int?)] {
        guard let octets = contents(path) else { return [] }
        guard PEM.isPEM(octets.span) else { return [(octets, nil)] }
        let pem = PEM(octets.span)
        var objects: [(der: [UInt8], line: Int?)] = []
        for block in pem.blocks {
            guard labels.contains(block.label) else {
                warn(path, line: block.line, "\(block.label) is not looked for here")
                continue
            }
            guard let der = PEM.der(of: block, in: octets.span) else {
                warn(path, line: block.line, "\(block.label) is damaged")
                continue
            }
            objects.append((der, block.line))
        }
        if let line = pem.unfinished { warn(path, line: line, "an object has no end") }
        return objects
    }
}

extension Reader {
    mutating func readCertificates(_ directory: String) {
        for path in paths(in: directory) {
            for (der, line) in objects(in: path, ["CERTIFICATE", "X509 CERTIFICATE"]) {
                do throws(CryptoError) {
                    add(try X509Certificate(der: der), path)
                } catch {
                    warn(path, line: line, error.description)
                }
            }
        }
    }

    /// Adds a certificate, or what it was before if it was there already.
    private mutating func add(_ certificate: X509Certificate, _ path: String) {
        let certificate = known.firstIndex(of: certificate).map { known[$0] } ?? certificate
        filedCertificates.append(Filed(path: path, object: certificate))
        guard seen.insert(certificate).inserted else { return }
        certificates.append(certificate)
    }

    /// All certificates, each once.
    mutating func certificates(with others: [X509Certificate]) -> [X509Certificate] {
        certificates + others.filter { seen.insert($0).inserted }
    }

    mutating func readKeys(_ directory: String) {
        for path in paths(in: directory) {
            do throws(FileAccess.Problem) {
                readKey(path, try files.secret(path))
            } catch {
                if case .refused(let reason) = error { warn(path, reason) }
            }
        }
    }

    private mutating func readKey(_ path: String, _ contents: Secret) {
        do throws(CryptoError) {
            guard path.hasSuffix(".p12") || path.hasSuffix(".pfx") else {
                add(try PrivateKey(reading: contents, pin: pin), path)
                return
            }
            // What is secret in it is encrypted.
            let file = try PKCS12(der: contents.revealed(), pin: pin)
            for certificate in file.certificates { add(certificate, path) }
            if let key = file.key { add(key, path) }
        } catch {
            if error == .wrongPIN { locked.append(path) }
            warn(path, error.description)
        }
    }

    private mutating func add(_ key: PrivateKey, _ path: String) {
        let key = knownKeys.first { $0.publicKey == key.publicKey } ?? key
        keys.append(Filed(path: path, object: key))
    }

    mutating func readPublicKeys(_ directory: String) {
        for kind in KeyOwner.Kind.allCases {
            for path in paths(in: "\(directory)/\(kind.rawValue)") {
                let name = path.split(separator: "/").last.map { String($0) } ?? path
                guard let owner = KeyOwner(kind, named: name) else {
                    warn(path, "its name is no identity; expected that of the key's owner")
                    continue
                }
                readPublicKeys(of: owner, path)
            }
        }
    }

    private mutating func readPublicKeys(of owner: KeyOwner, _ path: String) {
        for (der, line) in objects(in: path, ["PUBLIC KEY"]) {
            do throws(CryptoError) {
                let key = try PublicKey(subjectPublicKeyInfo: der)
                publicKeys.append(Filed(path: path, object: OwnedKey(owner: owner, key: key)))
            } catch {
                warn(path, line: line, error.description)
            }
        }
    }

    mutating func readLists(_ directory: String, only name: String?) {
        for path in paths(in: directory) where name.map({ path == "\(directory)/\($0)" }) ?? true {
            for (der, line) in objects(in: path, ["X509 CRL"]) {
                do throws(CryptoError) {
                    let list = try RevocationList(der: der)
                    lists.append(
                        Filed(path: path, object: knownLists.first { $0 == list } ?? list))
                } catch {
                    warn(path, line: line, error.description)
                }
            }
        }
    }

    func loneKeys(_ keystore: Keystore) -> [KeystoreWarning] {
        let used = keystore.usedKeys
        let lone = keys.filter { key in
            !used.contains { $0.publicKey == key.object.publicKey }
        }
        return lone.map {
            KeystoreWarning(
                path: $0.path, reason: "there is no certificate or public key for this key")
        }
    }
}
