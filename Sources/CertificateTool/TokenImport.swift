import Crypto
import Daemon
import Keystore
import Token

/// `import` with a token: certificates and a key from a file.
struct TokenImport {
    private let request: Request
    private let store: TokenStore
    private let label: String

    init(_ request: Request) throws(Failure) {
        self.request = request
        store = try TokenStore(request)
        label = try store.newLabel() ?? Label.text(of: request[.infile] ?? "-")
        try store.checkReplacesNothing()
    }

    func run() throws(Failure) {
        let wanted = try store.kinds()
        let file = ImportFile(request)
        let contents = try file.read()
        let certificates = wanted.certificates ? contents.certificates : []
        let key = wanted.keys ? contents.key : nil
        guard key != nil || !certificates.isEmpty else {
            throw Failure(
                "\((request[.infile] ?? "-").printable): nothing to import; expected certificates "
                    + "or a private key, in PEM, DER or PKCS #12")
        }
        if let key { try file.checkFit(contents, key) }
        let token = try store.open()
        try Failure.ofCrypto { () throws(CryptoError) in
            try token.add(key: key, certificates: certificates, label: label)
        }
    }
}
