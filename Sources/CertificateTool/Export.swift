import Crypto
import Daemon
import Keystore

/// `export`: certificates or keys into a file.
struct Export {
    private enum Format { case pem, der, pkcs12 }
    private enum Kind { case certificates, key, publicKey, lists }

    private let request: Request
    private let store: Store
    private let label: String
    private let format: Format

    init(_ request: Request) throws(Failure) {
        self.request = request
        store = try Store(request)
        label = request[.label] ?? ""
        format = try request.word(
            .format, [("pem", .pem), ("der", .der), ("pkcs12", .pkcs12)])
    }

    func run() throws(Failure) {
        let kinds: [(String, Kind)] = [
            ("cert", .certificates), ("key", .key), ("pubkey", .publicKey), ("crl", .lists),
        ]
        switch format {
        case .pkcs12:
            guard request[.objtype] == nil || request[.objtype] == "both" else {
                throw Request.usage("format=pkcs12 holds both; expected no objtype=")
            }
            try write(try pkcs12(), mode: 0o600)
        case .pem, .der:
            switch try request.word(.objtype, kinds) {
            case .certificates: try write(try certificates(), mode: 0o644)
            case .key: try write(try key(), mode: 0o600)
            case .publicKey: try write(try publicKeys(), mode: 0o644)
            case .lists: try write(try lists(), mode: 0o644)
            }
        }
    }

    private func write(_ contents: Secret, mode: UInt32) throws(Failure) {
        try UserFile.write(
            contents, to: request[.outfile], mode: mode, replacing: try store.replaces())
    }

    private func certificates() throws(Failure) -> Secret {
        let found = try store.read().certificates.filter { $0.label == label }
        return try text(found.map { $0.object.der }, "CERTIFICATE", "certificate")
    }

    /// What a peer needs that is to know us by our key: that of a certificate, or of a private key,
    /// or what is kept of an owner.
    private func publicKeys() throws(Failure) -> Secret {
        let known = try store.read(pin: try store.knownPIN())
        let isLocked = known.locked.contains { Label.text(of: $0) == label }
        let reading = isLocked ? try store.read(pin: try store.pin()) : known
        var keys = reading.publicKeys.filter { $0.object.owner.text == label }
            .map { $0.object.key }
        if keys.isEmpty, let own = reading.certificates.first(where: { $0.label == label }) {
            keys = [own.object.publicKey]
        }
        if keys.isEmpty, let own = reading.keys.first(where: { $0.label == label }) {
            keys = [own.object.publicKey]
        }
        return try text(keys.map { $0.subjectPublicKeyInfo }, "PUBLIC KEY", "key")
    }

    private func lists() throws(Failure) -> Secret {
        let found = try store.read().revocationLists.filter { $0.label == label }
        return try text(found.map { $0.object.der }, "X509 CRL", "revocation list")
    }

    private func text(
        _ objects: [[UInt8]], _ label: String, _ kind: String
    ) throws(Failure) -> Secret {
        guard let first = objects.first else { throw missing(kind) }
        guard format == .pem else { return Secret(copying: first) }
        var text: [UInt8] = []
        for der in objects {
            text += try Failure.ofCrypto { () throws(CryptoError) in try PEM.text(label, der) }
        }
        return Secret(copying: text)
    }

    /// Under the passphrase of passfile=, if that is given.
    private func key() throws(Failure) -> Secret {
        let key = try privateKey(try store.read(pin: try store.pin()))
        let passphrase = try request[.passfile].map { file throws(Failure) in
            try PINFile.read(file)
        }
        return try Failure.ofCrypto { () throws(CryptoError) in
            format == .pem ? try key.pem(pin: passphrase) : try key.pkcs8(pin: passphrase)
        }
    }

    private func privateKey(_ reading: KeystoreReading) throws(Failure) -> PrivateKey {
        guard let key = reading.keys.first(where: { $0.label == label }) else {
            throw missing("private key")
        }
        return key.object
    }

    /// The key, its certificate and the others of that file, under a passphrase.
    private func pkcs12() throws(Failure) -> Secret {
        let reading = try store.read(pin: try store.pin())
        let key = try privateKey(reading)
        let filed = reading.certificates.filter { $0.label == label }.map { $0.object }
        guard let own = filed.first(where: { $0.isAbout(key) }) else {
            throw missing("certificate for the key")
        }
        let passphrase = try PINPrompt.new(request[.passfile], "Passphrase for the file: ")
        guard passphrase.count > 0 else {
            throw Failure("an empty passphrase; expected one that keeps the key")
        }
        return Secret(
            copying: try Failure.ofCrypto { () throws(CryptoError) in
                try PKCS12.make(
                    key: key, certificates: [own] + filed.filter { $0 != own }, label: label,
                    pin: passphrase)
            })
    }

    private func missing(_ kind: String) -> Failure {
        Failure("no \(kind) '\(label.printable)' in \(store.directory.printable)")
    }
}
