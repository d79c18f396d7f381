import COpenSSL
import Crypto
import Daemon
import Keystore

/// `import`: certificates, keys or a revocation list from a file.
struct Import {
    /// What a file holds.
    private struct Contents {
        var certificates: [X509Certificate] = []
        var key: PrivateKey?
        var lists: [RevocationList] = []
        var publicKeys: [PublicKey] = []
    }

    /// What an import takes of them.
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
        let contents = try read()
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
            try checkFit(contents, key)
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
    private func importPublicKeys(_ contents: Contents, _ wanted: Wanted) throws(Failure) -> Bool {
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

    /// A key goes with the first certificate of its file.
    private func checkFit(_ contents: Contents, _ key: PrivateKey) throws(Failure) {
        guard let certificate = contents.certificates.first, !certificate.isAbout(key) else {
            return
        }
        throw Failure("\(file.printable): the key is not that of its first certificate")
    }

    private func text(_ label: String, _ objects: [[UInt8]]) throws(Failure) -> Secret {
        var text: [UInt8] = []
        for der in objects {
            text += try Failure.ofCrypto { () throws(CryptoError) in try PEM.text(label, der) }
        }
        return Secret(copying: text)
    }

    private func read() throws(Failure) -> Contents {
        let octets = try UserFile.read(file)
        let format = try request.word(
            .format, [("", nil), ("pem", "pem"), ("der", "der"), ("pkcs12", "pkcs12")])
        let isPEM = octets.withUnsafeBytes { PEM.isPEM($0.bindMemory(to: UInt8.self).span) }
        guard format == nil || (format == "pem") == isPEM else {
            throw Failure("\(file.printable): not in the format \(format ?? "")")
        }
        if isPEM { return try readPEM(octets) }
        return try readDER(octets, isPKCS12: format.map { $0 == "pkcs12" })
    }

    private func readPEM(_ octets: Secret) throws(Failure) -> Contents {
        var contents = Contents()
        var text = octets.revealed()
        defer { text.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        for block in PEM(text.span).blocks {
            if block.label.hasSuffix("PRIVATE KEY") {
                guard contents.key == nil else {
                    throw Failure("\(place(block)): a second private key; expected one in a file")
                }
                contents.key = try readKey(Secret(copying: text.span.extracting(block.range)))
                continue
            }
            guard
                block.label == "CERTIFICATE" || block.label == "X509 CRL"
                    || block.label == "X509 CERTIFICATE" || block.label == "PUBLIC KEY"
            else { continue }
            guard let der = PEM.der(of: block, in: text.span) else {
                throw Failure("\(place(block)): \(block.label) is damaged")
            }
            if block.label == "X509 CRL" {
                contents.lists.append(
                    try Failure.ofCrypto(place(block)) { () throws(CryptoError) in
                        try RevocationList(der: der)
                    })
            } else if block.label == "PUBLIC KEY" {
                contents.publicKeys.append(
                    try Failure.ofCrypto(place(block)) { () throws(CryptoError) in
                        try PublicKey(subjectPublicKeyInfo: der)
                    })
            } else {
                contents.certificates.append(
                    try Failure.ofCrypto(place(block)) { () throws(CryptoError) in
                        try X509Certificate(der: der)
                    })
            }
        }
        return contents
    }

    private func place(_ block: PEM.Block) -> String { "\(file):\(block.line)" }

    /// DER does not say what it is: the first that it can be read as.
    private func readDER(_ octets: Secret, isPKCS12: Bool?) throws(Failure) -> Contents {
        if isPKCS12 == true { return try readPKCS12(octets) }
        let der = octets.revealed()
        if let certificate = attempt({ () throws(CryptoError) in try X509Certificate(der: der) }) {
            return Contents(certificates: [certificate])
        }
        if let list = attempt({ () throws(CryptoError) in try RevocationList(der: der) }) {
            return Contents(lists: [list])
        }
        if isPKCS12 == nil, !isKey(octets) { return try readPKCS12(octets) }
        return Contents(key: try readKey(octets))
    }

    /// Whether it is a key, be it under a passphrase.
    private func isKey(_ octets: Secret) -> Bool {
        do throws(CryptoError) {
            _ = try PrivateKey(reading: octets)
            return true
        } catch {
            return error == .wrongPIN
        }
    }

    private func attempt<Object>(_ body: () throws(CryptoError) -> Object) -> Object? {
        do throws(CryptoError) { return try body() } catch { return nil }
    }

    private func readKey(_ octets: Secret) throws(Failure) -> PrivateKey {
        try opened { pin throws(CryptoError) in try PrivateKey(reading: octets, pin: pin) }
    }

    private func readPKCS12(_ octets: Secret) throws(Failure) -> Contents {
        let opened = try opened { pin throws(CryptoError) in
            try PKCS12(der: octets.revealed(), pin: pin)
        }
        return Contents(certificates: opened.certificates, key: opened.key)
    }

    /// Opens something that may be encrypted: without a passphrase, then with the file's.
    private func opened<Object>(
        _ open: (Secret?) throws(CryptoError) -> Object
    ) throws(Failure) -> Object {
        do throws(CryptoError) {
            return try open(nil)
        } catch {
            guard error == .wrongPIN else {
                throw Failure("\(file.printable): \(error.description.printable)")
            }
        }
        let passphrase = try PINPrompt.known(
            request[.passfile], "Passphrase of \(file.printable): ")
        do throws(CryptoError) {
            return try open(passphrase)
        } catch {
            throw Failure(
                error == .wrongPIN
                    ? "\(file.printable): the passphrase is wrong"
                    : "\(file.printable): \(error.description.printable)")
        }
    }
}
