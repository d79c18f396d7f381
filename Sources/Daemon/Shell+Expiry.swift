import CLinux
import IKE
import Keystore
import Reactor

// Certificates end while the daemon runs.

extension Shell {
    /// The clock of certificates may be set while ours, which goes by the time since the start, knows
    /// nothing of it: it is looked at once a day.
    private static let longestRest: Int64 = 86400

    /// Writes what there is to say of certificates that end soon, and waits until there is more.
    func announceExpiries() {
        let moment = Int64(time(nil))
        for line in expiries.announcements(of: keystore, at: moment) {
            sink.write(.warning, line)
        }
        let timer = expiryTimer ?? loop.makeTimer { [unowned(unsafe) self] in announceExpiries() }
        expiryTimer = timer
        guard let delay = ExpiryWatch.delay(for: keystore, at: moment) else {
            timer.cancel()
            return
        }
        timer.set(
            deadline: loop.now + UInt64(min(max(1, delay), Self.longestRest)) * 1_000_000_000)
    }
}
