import Net
import Policy

// The first line of an explanation: how it is, in one sentence.

extension Explanation {
    static func judge(
        local: IPAddress, remote: IPAddress, rule: Rule?, ikeSAs: [IKESAStatus], lacks: [Lack],
        failures: [Failure], isServed: Bool, at now: Instant
    ) -> (State, String) {
        let last = failures.first?.dated(at: now)
        let standing = ikeSAs.filter { $0.stage == .established }
        let children = standing.flatMap { $0.children }.count { $0.stage == .installed }
        if children > 0 {
            let sas = standing.count == 1 ? "an IKE SA" : "\(standing.count) IKE SAs"
            let words = "\(sas) with \(children) Child SA\(children == 1 ? "" : "s") stand"
            guard isServed || lacks.allSatisfy({ $0.isRemark }) else {
                return (.up, "\(words), but \(lacks.gravest ?? "")")
            }
            return (.up, words + (standing.count == 1 && children == 1 ? "s" : ""))
        }
        if !standing.isEmpty {
            let why = last ?? lacks.gravest ?? "nothing has asked for one"
            return (.halfway, "an IKE SA stands, but no Child SA; \(why)")
        }
        if let lack = lacks.gravest {
            let knock = failures.first { $0.cause == .noRule && $0.role == .responder }
            if rule == nil, let knock {
                return (
                    .impossible,
                    "\(lack); the peer knocks: \(knock.count) times, the last \(knock.ago(at: now))"
                )
            }
            // What has happened says more than what would.
            guard let failure = failures.first, failure.cause != .noRule,
                failure.attempt != .acquire
            else { return (.impossible, lack) }
            return (.impossible, "\(lack); \(failure.dated(at: now))")
        }
        if let current = ikeSAs.first(where: { $0.stage != .closed && $0.stage != .deleting }) {
            let words =
                "an IKE SA is being negotiated for \(current.age) s"
                + (current.retransmissions == 0
                    ? "" : ", the request was repeated \(current.retransmissions) times")
            return (.connecting, last.map { "\(words); \($0)" } ?? words)
        }
        if let last { return (.failed, last) }
        return (
            .idle,
            "rule '\(rule?.label ?? "")' serves it, and nothing asks for an SA"
        )
    }
}

extension [Lack] {
    /// The first that nothing makes up for.
    fileprivate var gravest: String? { first { !$0.isRemark }?.words }
}

extension Failure {
    /// When it was, the rule, and what happened.
    fileprivate func dated(at now: Instant) -> String {
        ago(at: now) + (rule.map { ", rule '\($0)'" } ?? "") + ": \(self)"
    }

    /// `12 s ago`.
    public func ago(at now: Instant) -> String {
        let seconds = now.since(last).nanoseconds / 1_000_000_000
        return switch seconds {
        case ..<120: "\(seconds) s ago"
        case ..<7200: "\(seconds / 60) min ago"
        default: "\(seconds / 3600) h ago"
        }
    }
}
