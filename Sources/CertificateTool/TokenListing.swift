import Console
import Crypto
import Daemon
import Keystore
import Token

/// `tokens`, and `list` with a token.
struct TokenListing {
    private let request: Request
    private let uri: TokenURI

    init(_ request: Request) throws(Failure) {
        self.request = request
        guard let text = request[.token] else {
            uri = TokenURI()
            return
        }
        do throws(TokenURI.Malformed) {
            uri = try TokenURI(parsing: text)
        } catch {
            throw Request.usage("token=: \(error.reason)")
        }
    }

    /// Shows the tokens that the URI means.
    func listTokens() throws(Failure) {
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
        let pin = try pin()
        let contents = try Failure.ofCrypto { () throws(CryptoError) in
            try Token(uri, pin: pin).contents()
        }
        for problem in contents.problems { Terminal.complain("ikev2cert: \(problem.printable)") }
        try listing.show(
            Listing.Objects(
                certificates: contents.certificates.map {
                    Filed(path: $0.label, object: $0.object)
                },
                keys: contents.keys.map { Filed(path: $0.label, object: $0.object) }),
            of: uri.token ?? "the token")
    }

    /// The PIN, from where the daemon would take it, or asked for.
    private func pin() throws(Failure) -> Secret? {
        guard uri.pin == nil else { return nil }
        if let file = request[.pinfile] ?? uri.pinSource { return try PINFile.read(file) }
        if let pin = try PINFile.credential() { return pin }
        return try PINPrompt.known(nil, "PIN of the token: ")
    }
}
