import IKE
import Policy
import Reactor

// A token that is not there yet.

extension Shell {
    /// How often an absent token is looked for: somebody who has put one in waits no longer.
    private static let tokenInterval: UInt64 = 10_000_000_000

    /// Has the token looked for, from time to time, until its keys are known.
    func watchToken() {
        guard let token = files.keystore.token else { return }
        // The closures live no longer than this object.
        tokenTimer = loop.makeTimer { [unowned(unsafe) self] in
            if let absent = token.absent { workers?.look(for: absent) } else { awaitToken() }
        }
        workers?.lookedForToken = { [unowned(unsafe) self] isPresent in
            if isPresent, token.isMissing {
                sink.write(.notice, "the token is there")
                _ = refresh()
            } else {
                awaitToken()
            }
        }
        awaitToken()
    }

    /// Looks again later, if there is something to look for.
    func awaitToken() {
        guard files.keystore.token?.isMissing ?? false else { return }
        tokenTimer?.set(deadline: loop.now + Self.tokenInterval)
    }
}
