import Crypto
import Daemon
import Token

/// `export` with a token: what everybody may know of it.
struct TokenExport {
    private enum Kind { case certificates, key, publicKey }

    private let request: Request
    private let store: TokenStore
    private let label: String

    init(_ request: Request) throws(Failure) {
        self.request = request
        store = try TokenStore(request)
        label = request[.label] ?? ""
    }

    func run() throws(Failure) {
        let kind = try request.word(
            .objtype,
            [("cert", Kind.certificates), ("pubkey", .publicKey), ("key", .key), ("both", .key)])
        let isPEM = try request.word(.format, [("pem", true), ("der", false), ("pkcs12", nil)])
        guard kind != .key, let isPEM else {
            throw Failure(
                "a private key does not leave its token; expected objtype=cert or pubkey")
        }
        let token = try store.open()
        let contents = try Failure.ofCrypto { () throws(CryptoError) in try token.contents() }
        let certificates = contents.certificates.filter { $0.label == label }.map { $0.object }
        if kind == .certificates {
            try write(certificates.map { $0.der }, "CERTIFICATE", "certificate", isPEM: isPEM)
            return
        }
        let own = contents.keys.first { $0.label == label }?.object.publicKey
        let key = own ?? certificates.first?.publicKey
        try write(
            key.map { [$0.subjectPublicKeyInfo] } ?? [], "PUBLIC KEY", "key", isPEM: isPEM)
    }

    private func write(
        _ objects: [[UInt8]], _ title: String, _ kind: String, isPEM: Bool
    ) throws(Failure) {
        guard let first = objects.first else {
            throw Failure("no \(kind) '\(label.printable)' on \(store.name.printable)")
        }
        var text: [UInt8] = []
        for der in objects {
            text += try Failure.ofCrypto { () throws(CryptoError) in try PEM.text(title, der) }
        }
        try UserFile.write(
            Secret(copying: isPEM ? text : first), to: request[.outfile], mode: 0o644,
            replacing: try request.word(.replace, [("no", false), ("yes", true)]))
    }
}
