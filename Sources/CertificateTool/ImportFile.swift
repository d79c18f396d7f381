import COpenSSL
import Crypto
import Daemon

/// The file of `import`.
struct ImportFile {
    /// What it holds.
    struct Contents {
        var certificates: [X509Certificate] = []
        var key: PrivateKey?
        var lists: [RevocationList] = []
        var publicKeys: [PublicKey] = []
    }

    private let request: Request
    private let file: String

    init(_ request: Request) {
        self.request = request
        file = request[.infile] ?? "-"
    }

    /// A key goes with the first certificate of its file.
    func checkFit(_ contents: Contents, _ key: PrivateKey) throws(Failure) {
        guard let certificate = contents.certificates.first, !certificate.isAbout(key) else {
            return
        }
        throw Failure("\(file.printable): the key is not that of its first certificate")
    }

    /// Reads all of it.
    func read() throws(Failure) -> Contents {
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
