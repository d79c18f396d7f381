import Crypto
import Daemon
import Policy
import Token

/// The token that `token=` names, in the keystore's place.
struct TokenStore {
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
        if let pin = try propertyPIN() { return pin }
        return try PINPrompt.known(nil, "PIN of the token: ")
    }

    /// That of the daemon's properties, if they are about this token: a wrong one would cost a try.
    private func propertyPIN() throws(Failure) -> Secret? {
        var report = Report()
        guard let properties = Properties.load(request.propertiesFile, into: &report) else {
            // Who may not read the daemon's is asked.
            guard request.propertiesFile != nil else { return nil }
            report.print()
            throw Failure("the properties cannot be used")
        }
        guard let pin = properties.pkcs11TokenPIN, let text = properties.pkcs11TokenURI,
            let daemons = Self.uri(text), uri.meansSameToken(as: daemons)
        else { return nil }
        return pin
    }

    private static func uri(_ text: String) -> TokenURI? {
        do throws(TokenURI.Malformed) { return try TokenURI(parsing: text) } catch { return nil }
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
