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

    private var isWanted = false
    private var isReadElsewhere = false

    /// Whether a rule needs its keys and they are not known.
    var isMissing: Bool { isWanted && contents == nil }

    /// The token to be looked for, when its module can be loaded.
    var absent: Token? { isMissing ? token : nil }

    /// The token to be read, when a rule needs its keys.
    var wanted: Token? { isWanted ? token : nil }

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
        do throws(CryptoError) {
            let opened = try Token(uri, pin: pin)
            token = opened
            return opened
        } catch {
            throw Failure(error.description.printable)
        }
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
