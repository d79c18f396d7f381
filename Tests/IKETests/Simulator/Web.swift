import Crypto

@testable import IKE

/// What a simulated host learns from others about certificates.
struct Web {
    /// An answer and how long it takes.
    struct Answer {
        let result: StatusEvidence.Fetched
        var delay = Interval.milliseconds(20)
    }

    /// What comes of a question; `nil` for nothing, ever.
    var answers: (StatusQuestion) -> Answer? = { _ in nil }
    /// What has been asked.
    private(set) var asked: [StatusQuestion] = []
    /// What was no longer waited for.
    var abandoned: [FetchID] = []
    /// What was to be kept.
    var kept = StatusAnswers()

    mutating func answer(_ question: StatusQuestion) -> Answer? {
        asked.append(question)
        return answers(question)
    }
}
