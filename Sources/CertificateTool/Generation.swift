import CLinux
import Crypto
import Daemon
import Keystore

/// `gencert` and `gencsr`: a new key, with what it has signed about itself.
struct Generation {
    private let request: Request
    private let store: Store
    private let label: Label
    private let recipe: KeyRecipe
    private let digest: Digest

    init(_ request: Request) throws(Failure) {
        self.request = request
        store = try Store(request)
        guard let label = try store.label(.label) else {
            throw Request.usage("\(request.verb.name) needs label=")
        }
        self.label = label
        recipe = try request.keyRecipe()
        digest = try request.digest()
    }

    /// Puts a key and a certificate that it signs itself into the keystore.
    func makeCertificate() throws(Failure) {
        let validity = try request.validity(from: Clock.now)
        let serial = try request.serialNumber()
        try store.checkFree(label, [.keys, .certificates])
        let pin = try store.pin()
        let terms = try request.terms()
        let key = try makeKey()
        let (key8, text) = try Failure.ofCrypto { () throws(CryptoError) in
            let certificate = try X509Certificate.selfSigned(
                terms, key: key, serial: serial, validity: validity, digest: digest)
            return (try key.pem(pin: pin), try PEM.text("CERTIFICATE", certificate.der))
        }
        try store.write([
            (key8, label, .keys), (Secret(copying: text), label, .certificates),
        ])
    }

    /// Puts a key into the keystore and writes a request to have it certified.
    func makeRequest() throws(Failure) {
        let isPEM = try request.word(.format, [("pem", true), ("der", false)])
        try store.checkFree(label, [.keys])
        let pin = try store.pin()
        let terms = try request.terms()
        let key = try makeKey()
        let (key8, text) = try Failure.ofCrypto { () throws(CryptoError) in
            let der = try CertificateRequest.make(terms, key: key, digest: digest).der
            return (
                try key.pem(pin: pin),
                isPEM ? try PEM.text("CERTIFICATE REQUEST", der) : der
            )
        }
        try store.write([(key8, label, .keys)])
        do throws(Failure) {
            try UserFile.write(
                Secret(copying: text), to: request[.outcsr], mode: 0o644,
                replacing: try store.replaces())
        } catch {
            // A key that nobody will have certified is not left behind.
            try store.takeBack(label, .keys)
            throw error
        }
    }

    private func makeKey() throws(Failure) -> PrivateKey {
        try Failure.ofCrypto { () throws(CryptoError) in try PrivateKey.generate(recipe) }
    }
}
