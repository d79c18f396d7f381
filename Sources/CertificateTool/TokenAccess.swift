import Crypto
import Daemon
import Token

/// The token that `token=` names, in the keystore's place.
struct TokenAccess {
    let uri: TokenURI
    private let request: Request

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
        guard request[.dir] == nil else {
            throw Request.usage("token= and dir= exclude each other")
        }
    }

    /// What to call the token.
    var name: String { uri.token ?? "the token" }

    /// The token, with its PIN.
    func open() throws(Failure) -> Token {
        let pin = try pin()
        return try Failure.ofCrypto { () throws(CryptoError) in try Token(uri, pin: pin) }
    }

    /// The PIN, from where the daemon would take it, or asked for.
    private func pin() throws(Failure) -> Secret? {
        guard uri.pin == nil else { return nil }
        if let file = request[.pinfile] ?? uri.pinSource { return try PINFile.read(file) }
        if let pin = try PINFile.credential() { return pin }
        return try PINPrompt.known(nil, "PIN of the token: ")
    }

    /// The label of what is put there: that of the request, or of the URI.
    func newLabel() throws(Failure) -> String? {
        let object = uri.object.map { String(decoding: $0, as: UTF8.self) }
        guard let label = request[.label] else { return object }
        guard object == nil || object == label else {
            throw Request.usage("label= and the URI's object= differ; expected one of them")
        }
        return label
    }

    /// Nothing on a token is overwritten: a key there may be the only copy.
    func checkReplacesNothing() throws(Failure) {
        let replaces = try request.word(.replace, [("no", false), ("yes", true)])
        guard !replaces else {
            throw Request.usage("on a token nothing is replaced; expected 'ikev2cert delete' first")
        }
    }

    /// Which objects of those that are on tokens.
    func kinds() throws(Failure) -> (certificates: Bool, keys: Bool) {
        try request.word(
            .objtype, [("both", (true, true)), ("cert", (true, false)), ("key", (false, true))])
    }
}
