import Admin
import Crypto
import IKE
import Policy
import Reactor
import Token

// A token is read by a thread of its own: it may be slow, or not there yet.

extension Shell {
    /// How often an absent token is looked for: somebody who has put one in waits no longer.
    private static let tokenInterval: UInt64 = 10_000_000_000

    /// Has the token looked for, from time to time, until its keys are known.
    func watchToken() {
        guard let token = files.keystore.token else { return }
        token.leaveReading()
        // The closures live no longer than this object.
        tokenTimer = loop.makeTimer { [unowned(unsafe) self] in
            if let absent = token.absent { workers?.look(for: absent) } else { awaitToken() }
        }
        workers?.readToken = { [unowned(unsafe) self] read, reading in
            if let login, login.candidate === read {
                finish(login, token, reading)
            } else if read === token.wanted {
                take(reading, of: token)
            }
            awaitToken()
        }
        awaitToken()
    }

    private func take(_ reading: TokenReading, of token: TokenAccess) {
        switch reading {
        case .absent: break
        case .failed(let error): sink.write(.warning, "\(TokenAccess.name): \(error)")
        case .contents(let contents):
            guard token.learn(contents) else { break }
            sink.write(.notice, contents.words)
            rereadKeystore()
        }
    }

    /// Has the token read, if there is something to read it for.
    func readToken() {
        if let token = files.keystore.token?.wanted { workers?.read(token) }
    }

    /// Looks again later, if there is something to look for.
    func awaitToken() {
        guard files.keystore.token?.isMissing ?? false else { return }
        tokenTimer?.set(deadline: loop.now + Self.tokenInterval)
    }
}

// MARK: - The PIN

/// A PIN of an administrator's that is being tried.
struct TokenLogin {
    /// The token with that PIN.
    let candidate: Token
    /// Whoever waits for what comes of it.
    let promise: Promise
}

extension Shell {
    /// Tries a PIN on the token's own thread, and answers when that is done.
    func logIn(to name: String, _ pin: SensitiveOctets) -> Answer {
        guard let token = files.keystore.token else { return Self.noToken }
        guard login == nil else { return Answer(failure: "another PIN is being tried") }
        var octets = pin.copy()
        defer { octets.erase() }
        do throws(Failure) {
            let candidate = try token.candidate(name, Secret(copying: octets))
            guard workers?.read(candidate) ?? false else {
                return Answer(failure: "too much waits for the token")
            }
            let promise = Promise()
            login = TokenLogin(candidate: candidate, promise: promise)
            return Answer(promise)
        } catch {
            return Answer(failure: error.message)
        }
    }

    private func finish(_ login: TokenLogin, _ token: TokenAccess, _ reading: TokenReading) {
        self.login = nil
        switch reading {
        case .absent: login.promise.keep(Answer(failure: "the token is not present"))
        case .failed(let error): login.promise.keep(Answer(failure: error.description))
        case .contents(let contents):
            token.adopt(login.candidate, contents)
            sink.write(.notice, contents.words)
            rereadKeystore()
            login.promise.keep(Answer(done: contents.words))
        }
    }

    /// Forgets the PIN and the keys on the token.
    func logOut(of name: String) -> Answer {
        guard let token = files.keystore.token else { return Self.noToken }
        do throws(Failure) {
            try token.leave(name)
        } catch {
            return Answer(failure: error.message)
        }
        rereadKeystore()
        return Answer(done: "the PIN and the keys of the token are forgotten")
    }

    private static var noToken: Answer {
        Answer(failure: "there is no token; expected one in \(TokenAccess.name)")
    }
}

extension Token.Contents {
    /// How much there is, in words.
    fileprivate var words: String {
        "the token has \(Report.count(certificates.count, "certificate")) and "
            + Report.count(keys.count, "private key")
    }
}
