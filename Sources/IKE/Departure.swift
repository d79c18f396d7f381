// The end of the daemon.

extension Engine {
    /// Takes leave of every peer; ``Effect/finished`` follows when all have answered or the time
    /// for it has passed.
    func depart() {
        guard departure == nil else { return }
        departure = now + Limit.departure
        for sa in table.all {
            switch sa.state {
            case .established: deleteIKESA(sa, because: "the daemon ends")
            case .superseded, .deleting: break
            case .initiating, .responding, .halfOpen, .authenticating, .closed: remove(sa)
            }
        }
    }

    /// Says once that nothing holds up the end any more.
    func finishDeparture() {
        guard !isFinished else { return }
        isFinished = true
        emit(.finished)
    }
}
