import Crypto
import Daemon
import Keystore

/// `import`: certificates, keys or a revocation list from a file.
struct Import {
    /// What an import takes of the file.
    private enum Wanted {
        case all, publicKeys
        case folder(KeystoreFolder)
    }

    private let request: Request
    private let store: Store
    private let file: String

    init(_ request: Request) throws(Failure) {
        self.request = request
        store = try Store(request)
        file = request[.infile] ?? "-"
    }

    /// The label of what is imported; without one that of the file is taken.
    private func label() throws(Failure) -> Label {
        guard let label = try store.label(.label) ?? Label(Label.text(of: file)) else {
            throw Request.usage("import needs label=: \(Label.expected)")
        }
        return label
    }

    /// Whose a public key is.
    private func owner() throws(Failure) -> KeyOwner {
        guard let text = request[.label] else {
            throw Request.usage("a public key needs label=: \(KeyOwner.expected)")
        }
        guard let owner = KeyOwner(text) else {
            throw request.refusal(of: .label, KeyOwner.expected)
        }
        return owner
    }

    func run() throws(Failure) {
        let wanted = try request.word(
            .objtype,
            [
                ("both", Wanted.all), ("cert", .folder(.certificates)), ("key", .folder(.keys)),
                ("crl", .folder(.revocationLists)), ("pubkey", .publicKeys),
            ])
        let source = ImportFile(request)
        let contents = try source.read()
        if try importPublicKeys(contents, wanted) { return }
        let label = try label()
        var objects: [(contents: Secret, label: Label, folder: KeystoreFolder)] = []
        func wants(_ folder: KeystoreFolder) -> Bool {
            if case .folder(let only) = wanted { only == folder } else { true }
        }
        if wants(.certificates), !contents.certificates.isEmpty {
            let text = try text("CERTIFICATE", contents.certificates.map { $0.der })
            objects.append((text, label, .certificates))
        }
        if wants(.revocationLists), !contents.lists.isEmpty {
            objects.append(
                (try text("X509 CRL", contents.lists.map { $0.der }), label, .revocationLists))
        }
        if wants(.keys), let key = contents.key {
            try source.checkFit(contents, key)
            let pin = try store.pin()
            let text = try Failure.ofCrypto { () throws(CryptoError) in try key.pem(pin: pin) }
            objects.append((text, label, .keys))
        }
        guard !objects.isEmpty else {
            throw Failure(
                "\(file.printable): nothing to import; expected certificates, a private key or a "
                    + "revocation list, in PEM, DER or PKCS #12, or a public key in PEM")
        }
        try store.write(objects)
    }

    /// Puts public keys where their owner's are, when the file has nothing else, or when they are
    /// what is wanted: with a label of another kind there is no place for both.
    private func importPublicKeys(
        _ contents: ImportFile.Contents, _ wanted: Wanted
    ) throws(Failure) -> Bool {
        switch wanted {
        case .folder: return false
        case .all:
            guard !contents.publicKeys.isEmpty, contents.certificates.isEmpty,
                contents.key == nil, contents.lists.isEmpty
            else { return false }
        case .publicKeys:
            guard !contents.publicKeys.isEmpty else {
                throw Failure("\(file.printable): no public key in PEM")
            }
        }
        let owner = try owner()
        try store.write(
            try text("PUBLIC KEY", contents.publicKeys.map { $0.subjectPublicKeyInfo }), of: owner)
        return true
    }

    private func text(_ label: String, _ objects: [[UInt8]]) throws(Failure) -> Secret {
        var text: [UInt8] = []
        for der in objects {
            text += try Failure.ofCrypto { () throws(CryptoError) in try PEM.text(label, der) }
        }
        return Secret(copying: text)
    }
}
