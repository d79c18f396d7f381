import Crypto
import Daemon
import Keystore
import Token

/// `delete` with a token: removes objects from it.
struct TokenDeletion {
    private let store: TokenStore
    private let selection: Selection
    private let kinds: (certificates: Bool, keys: Bool)

    init(_ request: Request) throws(Failure) {
        store = try TokenStore(request)
        selection = try Selection(request)
        kinds = try store.kinds()
        guard !selection.isEverything || store.uri.object != nil || store.uri.id != nil else {
            throw Request.usage("delete needs label=, or what tells certificates apart")
        }
    }

    func run() throws(Failure) {
        let token = try store.open()
        let now = Clock.now
        let removed = try Failure.ofCrypto { () throws(CryptoError) in
            let chosen = try token.contents().certificates.filter {
                selection.contains(Filed(path: $0.label, object: $0.object), at: now)
            }
            var labels: [String] = []
            if kinds.keys {
                // By their own label, or by that of a certificate that goes.
                for label in try token.keyLabels()
                where !labels.contains(label)
                    && (selection.asksAboutCertificates
                        ? chosen.contains { $0.label == label } : selection.contains(label: label))
                {
                    labels.append(label)
                }
            }
            return try token.remove(
                certificates: kinds.certificates ? chosen : [], keys: labels)
        }
        guard removed > 0 else {
            throw Failure("nothing of that kind on \(store.name.printable)")
        }
    }
}
