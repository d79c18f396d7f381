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
        workers?.readToken = { [unowned(unsafe) self] reading in
            switch reading {
            case .absent: break
            case .failed(let error):
                sink.write(.warning, "\(TokenAccess.name): \(error)")
            case .contents(let contents):
                guard token.learn(contents) else { break }
                sink.write(
                    .notice,
                    "the token has \(Report.count(contents.certificates.count, "certificate")) and "
                        + Report.count(contents.keys.count, "private key"))
                _ = reload()
            }
            awaitToken()
        }
        awaitToken()
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
