import Crypto
import Daemon
import Token

/// `gencert` and `gencsr` with a token: a key that is made there and stays, with what it has signed
/// about itself.
struct TokenGeneration {
    private let request: Request
    private let store: TokenStore
    private let label: String
    private let recipe: KeyRecipe
    private let digest: Digest

    init(_ request: Request) throws(Failure) {
        self.request = request
        store = try TokenStore(request)
        guard let label = try store.newLabel() else {
            throw Request.usage("\(request.verb.name) needs label=")
        }
        self.label = label
        recipe = try request.keyRecipe()
        digest = try request.digest()
        try store.checkReplacesNothing()
        switch recipe {
        case .rsa, .ec: break
        case .dsa, .ed25519:
            throw request.refusal(of: .keytype, "rsa or ec, which are made on a token")
        }
    }

    /// Makes a key and puts a certificate beside it that it signs itself.
    func makeCertificate() throws(Failure) {
        let validity = try request.validity(from: Clock.now)
        let serial = try request.serialNumber()
        let terms = try request.terms()
        let token = try store.open()
        try withNewKey(on: token, certified: true) { key throws(Failure) in
            try Failure.ofCrypto { () throws(CryptoError) in
                let certificate = try X509Certificate.selfSigned(
                    terms, key: key, serial: serial, validity: validity, digest: digest)
                try token.add(key: nil, certificates: [certificate], label: label)
            }
        }
    }

    /// Makes a key and writes a request to have it certified.
    func makeRequest() throws(Failure) {
        let isPEM = try request.word(.format, [("pem", true), ("der", false)])
        let terms = try request.terms()
        let token = try store.open()
        try withNewKey(on: token, certified: false) { key throws(Failure) in
            let text = try Failure.ofCrypto { () throws(CryptoError) in
                let der = try CertificateRequest.make(terms, key: key, digest: digest).der
                return isPEM ? try PEM.text("CERTIFICATE REQUEST", der) : der
            }
            try UserFile.write(
                Secret(copying: text), to: request[.outcsr], mode: 0o644, replacing: false)
        }
    }

    /// A key that nothing comes of is not left behind.
    private func withNewKey(
        on token: Token, certified: Bool, _ body: (PrivateKey) throws(Failure) -> Void
    ) throws(Failure) {
        let key = try Failure.ofCrypto { () throws(CryptoError) in
            try token.generate(recipe, label: label, certified: certified)
        }
        do throws(Failure) {
            try body(key)
        } catch {
            let leftover = "\(error.message); and the new key is still there"
            _ = try Failure.ofCrypto(leftover) { () throws(CryptoError) in
                try token.remove(certificates: [], keys: [label])
            }
            throw error
        }
    }
}
