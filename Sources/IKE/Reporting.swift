import Net
import Policy
import Wire

// What came to nothing goes to the log and is remembered, in the same words.

extension Engine {
    /// Something with the peer of an SA came to nothing.
    ///
    /// - Parameters:
    ///   - subject: what a stranger's doing is complained of as; `nil` where it is no stranger's.
    ///   - next: what follows from it; for the log alone.
    func report(
        _ attempt: Failure.Attempt, _ cause: Failure.Cause, _ reason: Reason, of sa: IKESA,
        as subject: Complaints.Subject? = nil, then next: String = ""
    ) {
        let isProved = sa.establishedAt != nil
        let failure = Failure(
            attempt, cause, reason, role: sa.role, pair: sa.pair, rule: sa.rule?.label,
            isGenuine: isProved || sa.role == .initiator && subject == nil, at: now)
        remember(failure)
        if let subject, !isProved {
            complain(subject, "\(name(sa)): \(failure)\(next)")
        } else {
            warn("\(name(sa)): \(failure)\(next)")
        }
    }

    /// A request to begin an IKE SA was refused.
    func report(refusedBeginning cause: Failure.Cause, _ reason: Reason, by pair: AddressPair) {
        let failure = Failure(
            .ikeSAInit, cause, reason, role: .responder, pair: pair, isGenuine: false, at: now)
        // A peer that is told the group comes again with it.
        if cause != .refused(.invalidKEPayload) { remember(failure) }
        complain(.refusedBeginning, "\(pair.remote): \(failure)")
    }

    /// Whether words for the refusal of an IKE_SA_INIT request are worth their making. A flood of
    /// such requests must not cost any: there are words for those whom a rule names, now and then,
    /// and for what the log shows.
    func hasWords(for cause: Failure.Cause, from remote: IPAddress) -> Bool {
        hears(.refusedBeginning)
            || rules.names(remote) && failures.lacksWords(.ikeSAInit, cause, remote, at: now)
    }

    func remember(_ failure: Failure) {
        failures.note(failure, isKnown: rules.names(failure.pair.remote.address))
    }
}
