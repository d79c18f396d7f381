import Crypto

/// One reading of a keystore's directory: `certs/`, `private/` and `crls/`.
///
/// A bad file is told of and does not stop the rest.
public struct KeystoreReading {
    /// What was read.
    public let keystore: Keystore
    /// What was not, and why.
    public let warnings: [KeystoreWarning]

    /// Reads the directory.
    ///
    /// `lists` says which files hold revocation lists, `pin` opens encrypted keys. Objects of `previous` are taken over for what has not changed.
    public init(
        _ directory: String, _ files: FileAccess,
        lists: RevocationListFiles = RevocationListFiles(), pin: Secret? = nil,
        previous: Keystore = Keystore()
    ) {
        var reader = Reader(files: files, pin: pin, previous: previous)
        reader.readCertificates("\(directory)/certs")
        reader.readKeys("\(directory)/private")
        reader.readLists(lists.directory ?? "\(directory)/crls", only: lists.name)
        keystore = Keystore(
            certificates: reader.certificates, keys: reader.keys.map { $0.key },
            revocationLists: reader.lists)
        reader.tellOfLoneKeys(keystore)
        warnings = reader.warnings
    }
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
    private(set) var keys: [(path: String, key: PrivateKey)] = []
    private(set) var lists: [RevocationList] = []
    private(set) var warnings: [KeystoreWarning] = []

    init(files: FileAccess, pin: Secret?, previous: Keystore) {
        self.files = files
        self.pin = pin
        known = Set(previous.certificates)
        knownKeys = previous.identities.map { $0.key }
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
                    add(try X509Certificate(der: der))
                } catch {
                    warn(path, line: line, error.description)
                }
            }
        }
    }

    /// Adds a certificate, or what it was before if it was there already.
    private mutating func add(_ certificate: X509Certificate) {
        guard seen.insert(certificate).inserted else { return }
        certificates.append(known.firstIndex(of: certificate).map { known[$0] } ?? certificate)
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
            for certificate in file.certificates { add(certificate) }
            if let key = file.key { add(key, path) }
        } catch {
            warn(path, error.description)
        }
    }

    private mutating func add(_ key: PrivateKey, _ path: String) {
        keys.append((path, knownKeys.first { $0.publicKey == key.publicKey } ?? key))
    }

    mutating func readLists(_ directory: String, only name: String?) {
        for path in paths(in: directory) where name.map({ path == "\(directory)/\($0)" }) ?? true {
            for (der, line) in objects(in: path, ["X509 CRL"]) {
                do throws(CryptoError) {
                    let list = try RevocationList(der: der)
                    lists.append(knownLists.first { $0 == list } ?? list)
                } catch {
                    warn(path, line: line, error.description)
                }
            }
        }
    }

    mutating func tellOfLoneKeys(_ keystore: Keystore) {
        for (path, key) in keys
        where !keystore.identities.contains(where: { $0.key.publicKey == key.publicKey }) {
            warn(path, "there is no certificate for this key")
        }
    }
}
