import Console
import Crypto
import Daemon
import Keystore
import Token

/// `tokens`, and `list` with a token.
struct TokenListing {
    private let request: Request
    private let store: TokenStore

    init(_ request: Request) throws(Failure) {
        self.request = request
        store = try TokenStore(request)
    }

    /// Shows the tokens that the URI means.
    func listTokens() throws(Failure) {
        let uri = store.uri
        let tokens = try Failure.ofCrypto { () throws(CryptoError) in
            try TokenModule(path: uri.modulePath ?? TokenModule.defaultPath).tokens()
        }
        let meant = tokens.filter { uri.matches($0) }
        guard !meant.isEmpty else { throw Failure("no token is there") }
        for token in meant {
            Terminal.say("token '\(token.label.printable)'")
            for (title, value) in [
                ("manufacturer", token.manufacturer), ("model", token.model),
                ("serial", token.serial), ("PIN", token.pin.name),
            ] {
                Terminal.say("    \(Help.padded(title + ":", 16))\(value.printable)")
            }
        }
    }

    /// Shows what is on the token.
    func listObjects() throws(Failure) {
        let listing = try Listing(request)
        let token = try store.open()
        let contents = try Failure.ofCrypto { () throws(CryptoError) in try token.contents() }
        for problem in contents.problems { Terminal.complain("ikev2cert: \(problem.printable)") }
        try listing.show(
            Listing.Objects(
                certificates: contents.certificates.map {
                    Filed(path: $0.label, object: $0.object)
                },
                keys: contents.keys.map { Filed(path: $0.label, object: $0.object) }),
            of: store.name)
    }
}
