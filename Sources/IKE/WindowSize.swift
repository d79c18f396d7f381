import Policy
import Wire

// SET_WINDOW_SIZE (RFC 7296 §2.3): how many of our requests the peer can keep at a time. We have one
// out at a time, which every peer can, and keep one of the peer's, of which we need not tell. So
// the number allows what we do not do, and nothing is kept of it.

extension Engine {
    /// Looks whether what the peer says of its window makes sense. What does not is ignored: there
    /// is no less than one request at a time (§3.10.1).
    func readWindowSize(in contents: Contents, sa: IKESA) {
        guard let notify = contents.notify(.setWindowSize) else { return }
        guard notify.data.count == 4 else {
            complain(
                .windowSize,
                "\(name(sa)): SET_WINDOW_SIZE of \(notify.data.count) octets, not 4, is ignored")
            return
        }
        let size = notify.data.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        if size == 0 {
            complain(.windowSize, "\(name(sa)): SET_WINDOW_SIZE of 0 is ignored: it is 1 at least")
        } else {
            debug(.phase1, "\(name(sa)): the peer takes \(size) requests at a time; it gets one")
        }
    }
}
