import Crypto
import Keystore
import Policy
import Token

/// The token of the properties, which may be there or not.
///
/// It belongs to the thread that reads the files.
package final class TokenAccess: @unchecked Sendable {
    private let uri: String
    private let pin: Secret?
    private var token: Token?
    /// What was on it when it was last read.
    private(set) var contents: Token.Contents?

    /// The token of a URI (RFC 7512), and the PIN to use where that has none.
    package init(uri: String, pin: Secret?) {
        self.uri = uri
        self.pin = pin
    }

    /// Whether an administrator has taken leave of it: nothing on it is used then.
    private var isLeft = false
    private var isWanted = false
    private var isReadElsewhere = false

    /// Whether a rule needs its keys and they are not known.
    var isMissing: Bool { isWanted && !isLeft && contents == nil }

    /// The token to be looked for, when its module can be loaded.
    var absent: Token? { isMissing ? token : nil }

    /// The token to be read, when a rule needs its keys.
    var wanted: Token? { isWanted && !isLeft ? token : nil }

    /// From now on somebody else reads the token, and says what is on it: ``load(into:)`` waits
    /// for it no longer.
    func leaveReading() { isReadElsewhere = true }

    /// Notes what is on the token; `false` when that is nothing new.
    func learn(_ contents: Token.Contents) -> Bool {
        defer { self.contents = contents }
        return self.contents != contents
    }

    /// Loads the module, the first time, and opens the URI.
    package func open() throws(Failure) -> Token {
        if let token { return token }
        let uri = try parse()
        var pin = self.pin
        if let path = uri.pinSource { pin = try PINFile.read(path) }
        let opened = try Self.make(uri, pin)
        token = opened
        return opened
    }

    private static func make(_ uri: TokenURI, _ pin: Secret?) throws(Failure) -> Token {
        do throws(CryptoError) {
            return try Token(uri, pin: pin)
        } catch {
            throw Failure(error.description.printable)
        }
    }

    // MARK: With an administrator's PIN

    /// The token with another PIN, to be tried; the one in use stays in use meanwhile.
    ///
    /// - Parameter name: the token's label, as in the URI, so that no other is given the PIN.
    func candidate(_ name: String, _ pin: Secret) throws(Failure) -> Token {
        try Self.make(try parse(named: name).with(pin: pin), nil)
    }

    /// Has a candidate whose PIN is right take the place of the token.
    func adopt(_ candidate: Token, _ contents: Token.Contents) {
        token = candidate
        isLeft = false
        self.contents = contents
    }

    /// Forgets the token with its PIN, and its keys. The token stays out of use until
    /// ``adopt(_:_:)``.
    func leave(_ name: String) throws(Failure) {
        _ = try parse(named: name)
        token = nil
        contents = nil
        isLeft = true
    }

    private func parse(named name: String) throws(Failure) -> TokenURI {
        let uri = try parse()
        guard uri.token == nil || uri.token == name else {
            throw Failure("there is no token '\(name.printable)' in \(Self.name)")
        }
        return uri
    }

    private func parse() throws(Failure) -> TokenURI {
        do throws(TokenURI.Malformed) {
            return try TokenURI(parsing: uri)
        } catch {
            throw Failure(error.reason)
        }
    }

    /// What is on it, with what is wrong. A token that has gone is not forgotten: its keys find it
    /// when it is back.
    func load(into report: inout Report) -> Keystore.Additions {
        isWanted = true
        guard !isLeft else { return Keystore.Additions() }
        do throws(Failure) {
            let token = try open()
            if !isReadElsewhere { contents = try read(token) }
        } catch {
            report.add(.warning, error.message, path: Self.name)
        }
        for problem in contents?.problems ?? [] {
            report.add(.warning, problem, path: Self.name)
        }
        return Keystore.Additions(
            certificates: contents?.certificates.map { $0.object } ?? [],
            keys: contents?.keys.map { $0.object } ?? [])
    }

    private func read(_ token: Token) throws(Failure) -> Token.Contents {
        do throws(CryptoError) {
            return try token.contents()
        } catch {
            throw Failure(error.description)
        }
    }

    /// In place of the URI, which may hold a PIN.
    static let name = "pkcs11_token/uri"
}
